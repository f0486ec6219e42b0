import { execFile } from 'node:child_process'
import { chmod, readdir, rename, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import type { NewMachine } from '@strata/contract/create.ts'
import { DomainXml, StorageVolumeXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { patternedDisk, qemuImg } from '../testing/patterned-disk.ts'
import { proposedMachine } from '../testing/proposed-machine.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool, makeGuest, type TestGuest } from '../testing/test-guest.ts'

const run = promisify(execFile)
const mib = 1024 ** 2

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // real guests, on machines that may be busy

describe('a machine that is made from a restore point', () => {
  let test: TestEngine
  let guest: TestGuest
  let secondPath: string
  const then: string[] = []

  beforeAll(async () => {
    test = await startTestEngine()
    const pool = await guestPool(test)
    const xml = StorageVolumeXml.create({
      name: 'second, part.qcow2',
      capacityBytes: 16 * mib,
      target: { format: 'qcow2' },
    })
    secondPath = await (await pool.storageVolCreateXML(xml.toString())).getPath()
    guest = await makeGuest(test, 'original', {
      edit: ({ devices }) => {
        const disk = devices.disks.add({ type: 'file', device: 'disk' })
        disk.driver.type = 'qcow2'
        disk.source.file = secondPath
        disk.target.device = 'vdb'
        disk.target.bus = 'virtio'
      },
    })
    for (const [index, path] of [guest.diskPath, secondPath].entries()) {
      const content = patternedDisk()
      content.fill(`disk ${index}`, 5 * mib, 6 * mib)
      then.push(join(await test.folder('then'), `${index}.raw`))
      await writeFile(then[index] ?? '', content)
      // Into the image that is there, so that it stays its user's own.
      await qemuImg('convert', '-n', '-f', 'raw', '-O', 'qcow2', then[index] ?? '', path)
    }
    await guest.domain.create()
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
  })
  afterAll(() => test.stop())

  const ref = () => ({ hostId, uuid: guest.uuid })
  const source = (name: string, uuid = guest.uuid) => ({ kind: 'restore-point' as const, uuid, name })

  /** As the guest would, to both of its disks. */
  async function writeOn(byte: number): Promise<void> {
    for (const alias of ['virtio-disk0', 'virtio-disk1']) {
      // Whoever reads the file meanwhile sees the image's tables only when QEMU has written them.
      for (const act of [`write -P ${byte} 0 12M`, 'flush']) {
        const command = `qemu-io -d /machine/peripheral/${alias}/virtio-backend "${act}"`
        const { stdout } = await run('virsh', [
          ...['--connect', test.daemon.uri('qemu:///session')],
          ...['qemu-monitor-command', guest.uuid, '--hmp', command],
        ])
        expect(stdout.trim()).toBe('') // it speaks only when it fails
      }
    }
  }

  async function orderOf(name: string, changes: Partial<NewMachine> = {}, uuid = guest.uuid): Promise<NewMachine> {
    const from = source(name, uuid)
    const defaults = await test.client.create.defaults({ hostId, source: from, osId: null, profile: null })
    return { ...proposedMachine(hostId, from, defaults), startsNow: false, ...changes }
  }
  async function make(order: NewMachine): Promise<DomainXml> {
    const job = await test.ended(test.client.create.start(order))
    expect(job).toMatchObject({ problem: null, state: 'done' })
    const domain = await test.libvirt.domainLookupByUUID(job.result?.machine?.uuid ?? '')
    return DomainXml.parse(await domain.getXMLDesc(['inactive']))
  }
  const disksOf = (domain: DomainXml) =>
    domain.devices.disks.filter(({ device }) => device === 'disk').map(({ source: { file } }) => file ?? '')

  async function expectThen(paths: readonly string[]): Promise<void> {
    expect(paths).toHaveLength(then.length)
    for (const [index, path] of paths.entries()) {
      await qemuImg('compare', '-U', '-f', 'raw', '-F', 'qcow2', then[index] ?? '', path)
      expect(JSON.parse(await qemuImg('info', '-U', '--output=json', path))).not.toHaveProperty('backing-filename')
    }
  }
  const blockedOf = async (name: string) =>
    (await test.client.snapshots.list(ref())).snapshots.find((each) => each.name === name)?.copyBlocked?.english ?? null

  it('has whole copies of all disks as they were, while the original goes on and its memory stays with it', async () => {
    const name = 'before, it went on' // a comma ends a value for QEMU
    await test.ended(test.client.snapshots.take({ ...ref(), name, description: '' }))
    await writeOn(0x55)
    await expect(expectThen([guest.diskPath, secondPath])).rejects.toMatchObject({ code: 1 }) // they differ
    const order = await orderOf(name)
    expect(order).toMatchObject({ name: 'original-2', diskBytes: null, machineType: 'q35', vcpuCount: 1 })
    expect(await test.client.create.check(order)).toMatchObject([
      { field: 'source', severity: 'warning', message: { english: expect.stringContaining('memory') as string } },
    ])
    const made = await make(order)
    expect((await guest.domain.getState()).state).toBe('running')
    await expectThen(disksOf(made))
    expect(made.devices.interfaces.map(({ macAddress }) => macAddress)).not.toContain(null)
    const [entry] = await test.client.history.list({ hostId, uuid: made.uuid ?? '' })
    expect(entry?.notes.map(({ english }) => english).join(' ')).toContain(`“${name}” of “original”`)
    expect(entry?.commands).toEqual([
      expect.stringMatching(/^qemu-img convert .*snapshot\.name=before,, it went on/),
      expect.stringMatching(/^qemu-img convert /),
      expect.stringMatching(/^virt-install /),
    ])
    // It relies on the point no more.
    await test.ended(test.client.snapshots.remove({ ...ref(), name }))
    await expectThen(disksOf(made))
  })

  it('leaves nothing when it is cancelled', async () => {
    await test.ended(test.client.snapshots.take({ ...ref(), name: 'kept', description: '' }))
    const folder = dirname(guest.diskPath)
    const order = await orderOf('kept', { name: 'cancelled' })
    const before = await readdir(folder)
    const started = await test.client.create.start(order)
    await test.client.jobs.cancel(started)
    expect((await test.ended(started)).state).toBe('cancelled')
    expect(await readdir(folder)).toEqual(before)
    await test.ended(test.client.snapshots.remove({ ...ref(), name: 'kept' }))
  })

  it('is made from the files that a point beside the images left behind, as long as nobody changed them', async () => {
    // The point of another program: disks only, and an overlay that the guest goes on in.
    await qemuRestored()
    const disks = ['vda', 'vdb'].map((target) => `<disk name='${target}' snapshot='external'/>`).join('')
    const xml = `<domainsnapshot><name>outside</name><disks>${disks}</disks></domainsnapshot>`
    await guest.domain.snapshotCreateXML(xml, ['disk-only'])
    await writeOn(0x66)
    expect(await blockedOf('outside')).toBeNull()
    const made = await make(await orderOf('outside', { startsNow: true, memoryKiB: 64 * 1024 }))
    await expectThen(disksOf(made))

    expect(await test.client.create.findPastStates({ hostId, text: '' })).toMatchObject({
      states: [{ uuid: guest.uuid, machineName: 'original', name: 'outside', holds: 'disks', blocked: null }],
      hasMore: false,
    })
    expect((await test.client.create.findPastStates({ hostId, text: 'ORIG side' })).states).toHaveLength(1)
    expect((await test.client.create.findPastStates({ hostId, text: 'other' })).states).toEqual([])

    const later = new Date(Date.now() + 3_600_000)
    await utimes(secondPath, later, later) // as when overlays are merged into it
    expect(await blockedOf('outside')).toMatch(/second, part\.qcow2 was changed after the point was taken/)
    await expect(test.client.create.start(await orderOf('outside'))).rejects.toMatchObject({
      code: 'unsupported',
      data: { field: 'source' },
    })
    await rename(secondPath, `${secondPath}.away`)
    expect(await blockedOf('outside')).toMatch(/is not there any more/)
    await rename(`${secondPath}.away`, secondPath)
    expect((await test.client.create.findPastStates({ hostId, text: 'outside' })).states[0]?.blocked).not.toBeNull()
  })

  it('is not made where the point is gone, or lacks a disk', async () => {
    expect(await test.client.create.check({ hostId, source: source('nobody') })).toMatchObject([
      { field: 'source', message: { english: expect.stringContaining('no restore point “nobody”') as string } },
    ])
    const xml = "<domainsnapshot><name>part</name><disks><disk name='vdb' snapshot='no'/></disks></domainsnapshot>"
    await guest.domain.snapshotCreateXML(xml, ['disk-only'])
    expect(await blockedOf('part')).toMatch(/vdb was left out/)
  })

  it('has disks as large as they were, and raw ones as they are', async () => {
    const small = await makeGuest(test, 'small')
    const uuid = small.uuid
    await qemuImg('amend', '-q', '-f', 'qcow2', '-o', 'compat=v3', small.diskPath) // older ones cannot grow with points in them
    await test.ended(test.client.snapshots.take({ hostId, uuid, name: 'tight', description: '' }))
    await qemuImg('resize', '-q', '-f', 'qcow2', small.diskPath, `${80 * mib}`)
    const made = await make(await orderOf('tight', {}, uuid))
    const [disk = ''] = disksOf(made)
    expect(JSON.parse(await qemuImg('info', '--output=json', disk))).toMatchObject({ 'virtual-size': 64 * mib })

    const raw = await makeGuest(test, 'raw', {
      edit: ({ devices }) => {
        const [first] = devices.disks
        if (first !== undefined) first.driver.type = 'raw'
      },
    })
    await writeFile(raw.diskPath, patternedDisk())
    await chmod(raw.diskPath, 0o644)
    const disks = "<disk name='vda' snapshot='external'/>"
    await raw.domain.snapshotCreateXML(`<domainsnapshot><name>flat</name><disks>${disks}</disks></domainsnapshot>`, [
      'disk-only',
    ])
    const [copy = ''] = disksOf(await make(await orderOf('flat', {}, raw.uuid)))
    await qemuImg('compare', '-f', 'raw', '-F', 'qcow2', raw.diskPath, copy)
  })

  /** The guest's disks are as they were at first again. */
  async function qemuRestored(): Promise<void> {
    await guest.domain.destroy()
    for (const [index, path] of [guest.diskPath, secondPath].entries())
      await qemuImg('convert', '-n', '-f', 'raw', '-O', 'qcow2', then[index] ?? '', path)
    await guest.domain.create()
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
  }
})
