import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { InventoryMessage, InventoryPatch } from '@strata/contract/hosts.ts'
import { openConnection, type Connection } from 'node-libvirt'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startDaemon, type RealDaemon } from '../../../node-libvirt/testing/real-daemon.ts'
import { HostRegistry } from './host-registry.ts'
import { Host } from './host.ts'
import { watchInventory } from './inventory-stream.ts'
import { sharedKvmTrial } from '../testing/shared-kvm-trial.ts'

const log = pino({ level: 'silent' })
let daemon: RealDaemon
beforeAll(async () => {
  daemon = await startDaemon()
}, 60_000)
afterAll(() => daemon.stop(), 60_000)

function hostAt(driverUri: string): Host {
  return new Host({ id: 'h', label: 'Test host', uri: daemon.uri(driverUri) }, { log, kvmTrial: sharedKvmTrial() })
}

async function connected(driverUri: string): Promise<Host> {
  const host = hostAt(driverUri)
  host.start()
  await host.whenConnected()
  return host
}

type Stream = AsyncIterator<InventoryMessage>

async function nextPatch(stream: Stream, fits: (patch: InventoryPatch) => boolean): Promise<InventoryPatch> {
  for (;;) {
    const { value } = (await stream.next()) as IteratorResult<InventoryMessage, never>
    if (value.type === 'patch' && fits(value)) return value
  }
}

describe('the picture of a fleet', () => {
  let host: Host
  const count = 1_000

  beforeAll(async () => {
    const path = join(daemon.dataFolder, 'fleet.xml')
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/make-fleet.mjs', String(count)], {
      maxBuffer: 2 ** 28,
    })
    await writeFile(path, stdout)
    host = await connected(`test://${path}`)
  }, 60_000)
  afterAll(() => host.close())

  it('has every machine with what libvirt says of it one by one', async () => {
    const machines = host.inventory.machines()
    expect(machines).toHaveLength(count)
    // Asked singly here, read in bulk there: a wrong filter or a shifted list would differ.
    for (const machine of machines.filter((_, index) => index % 40 === 0)) {
      const domain = await host.inventory.domain(machine.uuid)
      expect(domain.name).toBe(machine.name)
      expect(await domain.isPersistent()).toBe(machine.persistent)
      expect(await domain.hasManagedSaveImage()).toBe(machine.hasSavedState)
      const { state } = await domain.getState()
      expect(
        { running: 'running', paused: 'paused', shutoff: 'shut-off', crashed: 'crashed', pmsuspended: 'suspended' }[
          state as 'running'
        ],
      ).toBe(machine.state)
      const info = await domain.getInfo()
      expect(info.vcpuCount).toBe(machine.vcpuCount)
      expect(info.maxMemoryKiB).toBe(machine.maxMemoryKiB)
    }
    expect(new Set(machines.map(({ state }) => state))).toEqual(
      new Set(['running', 'paused', 'shut-off', 'crashed', 'suspended']),
    )
    expect(machines.some(({ hasSavedState }) => hasSavedState)).toBe(true)
    expect(machines.some(({ persistent }) => !persistent)).toBe(true)
  })

  it('has networks and pools', () => {
    expect(host.inventory.networks().map(({ forward }) => forward)).toContain('nat')
    expect(host.inventory.networks().every(({ active, cidrs }) => !active || cidrs.length > 0)).toBe(true)
    expect(host.inventory.pools().every(({ state, capacityBytes }) => state !== 'running' || capacityBytes > 0)).toBe(
      true,
    )
  })

  it('tells of a burst of changes in a few patches, and misses none', async () => {
    const stream = watchInventory(new HostRegistry([host]))
    expect((await stream.next()).value).toMatchObject({ type: 'snapshot' })
    const running = host.inventory.machines().filter(({ state }) => state === 'running')
    expect(running.length).toBeGreaterThan(300)
    const paused = new Set<string>()
    const suspending = Promise.all(running.map(async ({ uuid }) => (await host.inventory.domain(uuid)).suspend()))
    let patches = 0
    while (paused.size < running.length) {
      const patch = await nextPatch(stream, ({ machines }) => machines.changed.length > 0)
      patches += 1
      for (const { uuid, state } of patch.machines.changed) if (state === 'paused') paused.add(uuid)
    }
    await suspending
    await stream.return?.()
    // One by one would be hundreds; the bound leaves room for a slow computer.
    expect(patches).toBeLessThan(60)
    expect([...paused].sort()).toEqual(running.map(({ uuid }) => uuid).sort())
  })
})

describe('the picture of a host that others change', () => {
  let host: Host
  let other: Connection
  let stream: Stream & Required<Pick<Stream, 'return'>>

  beforeAll(async () => {
    host = await connected('test:///default') // shared by all who open it, other than a file
    other = await openConnection(daemon.uri('test:///default'))
    stream = watchInventory(new HostRegistry([host])) as typeof stream
    await stream.next()
  }, 60_000)
  afterAll(async () => {
    await stream.return()
    await other.close()
    await host.close()
  })

  const xml = (name: string, extra = '') =>
    `<domain type='test'><name>${name}</name>${extra}<memory unit='MiB'>256</memory><vcpu>2</vcpu><os><type arch='x86_64'>hvm</type></os></domain>`

  it('tells of a machine that is defined, started, paused, stopped and undefined beside it', async () => {
    const domain = await other.domainDefineXML(xml('beside'))
    const about = ({ machines }: InventoryPatch) => machines.changed.find(({ uuid }) => uuid === domain.uuid)
    const defined = await nextPatch(stream, (patch) => about(patch) !== undefined)
    expect(about(defined)).toMatchObject({
      name: 'beside',
      state: 'shut-off',
      persistent: true,
      memoryKiB: 256 * 1024,
      vcpuCount: 2,
    })
    await domain.create()
    const started = await nextPatch(stream, (patch) => about(patch)?.state === 'running')
    expect(about(started)).toMatchObject({ stateReason: 'booted' })
    expect(about(started)?.stateSinceMs).toBeGreaterThan(Date.now() - 60_000)
    await domain.suspend()
    expect(about(await nextPatch(stream, (patch) => about(patch)?.state === 'paused'))).toMatchObject({
      stateReason: 'user',
    })
    await domain.destroy()
    expect(about(await nextPatch(stream, (patch) => about(patch)?.state === 'shut-off'))).toMatchObject({
      stateReason: 'destroyed',
    })
    await domain.undefineFlags([])
    const undefinedPatch = await nextPatch(stream, ({ machines }) => machines.removed.length > 0)
    expect(undefinedPatch.machines.removed).toEqual([{ hostId: 'h', uuid: domain.uuid }])
    expect(host.inventory.machine(domain.uuid)).toBeNull()
  })

  it('reads a definition again when it was changed, and counts up its revision', async () => {
    const domain = await other.domainDefineXML(xml('changing'))
    await nextPatch(stream, ({ machines }) => machines.changed.some(({ uuid }) => uuid === domain.uuid))
    const before = host.inventory.requireMachine(domain.uuid)
    await other.domainDefineXML(xml('changing', `<uuid>${domain.uuid}</uuid><title>A title &amp; more</title>`))
    const patch = await nextPatch(stream, ({ machines }) => machines.changed.some(({ title }) => title !== null))
    const after = patch.machines.changed.find(({ uuid }) => uuid === domain.uuid)
    expect(after).toMatchObject({ title: 'A title & more' })
    expect(after?.definitionRevision).toBeGreaterThan(before.definitionRevision)
    await domain.undefineFlags([])
  })

  it('tells of networks and pools that come and go', async () => {
    const network = await other.networkDefineXML(
      `<network><name>lab</name><forward mode='nat'/><bridge name='virbr7'/><ip address='10.7.0.1' netmask='255.255.0.0'/></network>`,
    )
    const came = await nextPatch(stream, ({ networks }) => networks.changed.length > 0)
    expect(came.networks.changed[0]).toMatchObject({
      name: 'lab',
      active: false,
      forward: 'nat',
      bridge: 'virbr7',
      cidrs: ['10.7.0.1/16'],
    })
    await network.create()
    await nextPatch(stream, ({ networks }) => networks.changed.some(({ active }) => active))
    const pool = await other.storagePoolDefineXML(
      `<pool type='dir'><name>extra</name><target><path>/extra</path></target></pool>`,
    )
    const poolCame = await nextPatch(stream, ({ pools }) => pools.changed.length > 0)
    expect(poolCame.pools.changed[0]).toMatchObject({ name: 'extra', type: 'dir', state: 'inactive', path: '/extra' })
    await pool.undefine()
    const poolWent = await nextPatch(stream, ({ pools }) => pools.removed.length > 0)
    expect(poolWent.pools.removed).toEqual([{ hostId: 'h', uuid: pool.uuid }])
  })

  it('does not know a machine that never was', async () => {
    const uuid = '00000000-0000-4000-8000-000000000000'
    expect(() => host.inventory.requireMachine(uuid)).toThrow(expect.objectContaining({ code: 'not-found' }))
    await expect(host.inventory.domain(uuid)).rejects.toMatchObject({ code: 'not-found' })
  })
})
