import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createRouterClient } from '@orpc/server'
import type { Host as HostPicture } from '@strata/contract/hosts.ts'
import type { StartNotice } from '@strata/contract/settings.ts'
import { openConnection } from 'node-libvirt'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { startDaemon, type RealDaemon } from '../../node-libvirt/testing/real-daemon.ts'
import { createEngine, type Engine, type EngineOptions } from './engine.ts'
import { AddedHosts } from './hosts/added-hosts.ts'
import { forEachMachine } from './hosts/for-each-machine.ts'
import type { HostDefinition } from './hosts/host-definition.ts'
import { HostRegistry } from './hosts/host-registry.ts'
import { Host } from './hosts/host.ts'
import { sharedKvmTrial } from './testing/shared-kvm-trial.ts'

const log = pino({ level: 'silent' })
const uuid = '5a6f0b2e-7f3c-4d35-9a56-0e6d3f1c2b7a'
const machineXml = `<domain type='qemu'><name>kept</name><uuid>${uuid}</uuid><memory>16384</memory><os><type>hvm</type></os></domain>`

describe('the list of hosts', () => {
  let daemon: RealDaemon
  let base: string
  beforeAll(async () => {
    daemon = await startDaemon()
    const libvirt = await openConnection(daemon.uri('qemu:///session'))
    await libvirt.domainDefineXML(machineXml)
    await libvirt.close()
  }, 60_000)
  afterAll(() => daemon.stop(), 60_000)
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'hosts-'))
    return () => rm(base, { recursive: true })
  })

  const file = () => join(base, 'config', 'hosts.json')
  const start = (options: Partial<EngineOptions> = {}) =>
    createEngine({
      configDir: join(base, 'config'),
      dataDir: join(base, 'data'),
      cacheDir: join(base, 'cache'),
      homeDir: base,
      log,
      kvmTrial: sharedKvmTrial(),
      hosts: [{ id: 'invented', label: 'Invented', uri: daemon.uri('test:///default') }],
      ...options,
    })
  const untilSeen = async (engine: Engine, fits: (hosts: ReadonlyMap<string, HostPicture>) => boolean) => {
    const hosts = new Map<string, HostPicture>()
    for await (const message of await createRouterClient(engine.router).hosts.watchInventory()) {
      if (message.type === 'snapshot') hosts.clear()
      for (const host of message.type === 'snapshot' ? message.hosts : message.hosts.changed) hosts.set(host.id, host)
      if (fits(hosts)) return hosts
    }
    throw new Error('the picture of the hosts ended')
  }
  const isConnected = (hosts: ReadonlyMap<string, HostPicture>, id: string) =>
    hosts.get(id)?.status.state === 'connected'

  // The first of the tests: what another one left to end by itself would be taken for ours.
  it('takes a host in, shows its machines, and lets it go with all that lived with it', async () => {
    const engine = await start()
    const client = createRouterClient(engine.router)
    await untilSeen(engine, (hosts) => isConnected(hosts, 'invented'))
    const before = process.getActiveResourcesInfo()
    const beyond = () => {
      const known = [...before]
      return process.getActiveResourcesInfo().filter((name) => {
        const at = known.indexOf(name)
        if (at >= 0) known.splice(at, 1)
        return at < 0 && name !== 'TickObject' && name !== 'Immediate'
      })
    }
    const { hostId } = await client.hosts.add({ uri: daemon.uri('qemu:///session'), label: 'Second' })
    await untilSeen(engine, (hosts) => isConnected(hosts, hostId))
    expect(await client.hosts.checkReadiness({ hostId })).toContainEqual(
      expect.objectContaining({ id: 'connection', level: 'good' }) as unknown,
    )
    const streams = [
      await client.monitoring.watchFleet({ hostId }),
      await client.monitoring.watchMachine({ hostId, uuid, span: '10-minutes' }),
      await client.crossSection.watch({ hostId, uuid }),
    ]
    for (const stream of streams) expect((await stream.next()).done).toBe(false)
    const all = await client.monitoring.watchFleet({})
    expect(beyond()).toContain('PipeWrap') // else what follows would prove nothing

    await client.hosts.remove({ hostId })
    for (const stream of streams) expect((await stream.next()).done).toBe(true)
    await all.return?.(undefined)
    expect([...(await untilSeen(engine, () => true)).keys()]).toEqual(['invented'])
    await expect(client.hosts.checkReadiness({ hostId })).rejects.toMatchObject({ code: 'not-found' })
    await expect.poll(beyond).toEqual([])
    await engine.close()
  }, 60_000)

  it('is kept for the next start, with the names that were given', async () => {
    const first = await start()
    const client = createRouterClient(first.router)
    const { hostId } = await client.hosts.add({ uri: daemon.uri('qemu:///session'), label: null })
    await client.hosts.rename({ hostId, label: 'Desk' })
    await first.close()
    const second = await start()
    const hosts = await untilSeen(second, (seen) => seen.has(hostId))
    expect([...hosts.values()].map(({ label, isAdded }) => [label, isAdded])).toEqual([
      ['Invented', false],
      ['Desk', true],
    ])
    await createRouterClient(second.router).hosts.remove({ hostId })
    await second.close()
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ hosts: [] })
  }, 60_000)

  it('that cannot be understood is set aside whole, and told of', async () => {
    const broken = JSON.stringify({ hosts: [{ id: 'a', label: 'A', uri: 'lxc:///system' }] })
    await mkdir(join(base, 'config'))
    await writeFile(file(), broken)
    const told: StartNotice[] = []
    const notices = { add: (notice: StartNotice) => void told.push(notice), list: () => told }
    const engine = await start({ notices })
    expect([...(await untilSeen(engine, () => true)).keys()]).toEqual(['invented'])
    await engine.close()
    expect(told).toMatchObject([{ path: file(), setAsidePath: expect.stringContaining('set-aside') as string }])
    expect(await readFile(told[0]?.setAsidePath ?? '', 'utf8')).toBe(broken)
  })

  it('takes in nothing that it cannot write down', async () => {
    const engine = await start()
    const client = createRouterClient(engine.router)
    await mkdir(join(file(), 'in the way'), { recursive: true })
    await expect(client.hosts.add({ uri: 'qemu+ssh://nowhere.invalid/system', label: null })).rejects.toMatchObject({
      code: expect.any(String) as string,
    })
    expect([...(await untilSeen(engine, () => true)).keys()]).toEqual(['invented'])
    expect(await readdir(join(base, 'config'))).toEqual(['hosts.json'])
    await engine.close()
  })

  it('refuses what is no address, what is there already, and to lose what is there by itself', async () => {
    const engine = await start()
    const client = createRouterClient(engine.router)
    const added = (uri: string) => client.hosts.add({ uri, label: null })
    await expect(added('not an address')).rejects.toMatchObject({ code: 'invalid-input', data: { field: 'uri' } })
    await expect(added(daemon.uri('test:///default'))).rejects.toMatchObject({ code: 'already-exists' })
    await expect(client.hosts.remove({ hostId: 'invented' })).rejects.toMatchObject({ code: 'unsupported' })
    await expect(client.hosts.rename({ hostId: 'invented', label: 'x' })).rejects.toMatchObject({ code: 'unsupported' })
    await engine.close()
  })

  it('takes the name of a computer for one that ssh reaches', async () => {
    const { hosts, added } = partsOf()
    const hostId = await added.add(' eve@lab.invalid:2222 ', null)
    expect(hosts.get(hostId)).toMatchObject({
      label: 'lab.invalid',
      uri: 'qemu+ssh://eve@lab.invalid:2222/system',
      address: { scope: 'system', place: { kind: 'ssh', user: 'eve', host: 'lab.invalid', port: 2222 } },
    })
    await hosts.close()
  })

  it('says who is at an address, or what is in the way, and keeps neither', async () => {
    const engine = await start()
    const client = createRouterClient(engine.router)
    expect(await client.hosts.tryAddress({ uri: daemon.uri('qemu:///session') })).toMatchObject({
      address: { driver: 'qemu', scope: 'session', place: { kind: 'here' } },
      machineCount: 1,
    })
    await expect(client.hosts.tryAddress({ uri: 'qemu+unix:///session?socket=/nowhere/s' })).rejects.toMatchObject({
      code: 'host-unreachable',
      data: { repairs: [] },
    })
    expect([...(await untilSeen(engine, () => true)).keys()]).toEqual(['invented'])
    await engine.close()
  })

  describe('without an engine', () => {
    it('keeps a host on which something is being done', async () => {
      const { hosts, added } = partsOf(['Copy a disk'])
      const hostId = await added.add(daemon.uri('qemu:///session'), 'Busy')
      await expect(added.remove(hostId)).rejects.toMatchObject({ code: 'busy' })
      expect(hosts.all()).toHaveLength(1)
      await hosts.close()
    })

    it('does work for hosts that come later, for each of their machines, until they go', async () => {
      const { made, hosts, added } = partsOf()
      const seen: string[] = []
      const until = new AbortController()
      hosts.forEach((host, ended) => {
        host.start()
        forEachMachine(host, ended, {
          wants: ({ name }) => name === 'kept',
          work: (machine) => Promise.resolve(seen.push(machine)),
          failed: 'never',
        })
        ended.addEventListener('abort', () => seen.push('ended'))
      }, until.signal)
      const hostId = await added.add(daemon.uri('qemu:///session'), null)
      const [host] = made
      await host?.whenConnected()
      expect(seen).toContain(uuid)
      expect(host?.inventory.changes.isListenedTo).toBe(true)
      await added.remove(hostId)
      expect(seen.at(-1)).toBe('ended')
      expect(host?.inventory.changes.isListenedTo).toBe(false)
      until.abort()
      const later = await added.add(daemon.uri('qemu:///session'), null)
      expect(made[1]?.inventory.changes.isListenedTo).toBe(false)
      await added.remove(later)
    })
  })
})

function partsOf(jobs: readonly string[] = []) {
  const made: Host[] = []
  const hosts = new HostRegistry()
  const make = (definition: HostDefinition) => {
    const host = new Host(definition, { log, kvmTrial: sharedKvmTrial() })
    made.push(host)
    return host
  }
  return { made, hosts, added: new AddedHosts({ hosts, file: null, make, jobsOn: () => jobs }) }
}
