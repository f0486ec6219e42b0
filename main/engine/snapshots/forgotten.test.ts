import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { pino } from 'pino'

import { FileUsers } from '../disk-images/file-users.ts'
import { readInnerPoints } from '../disk-images/qcow2-snapshots.ts'
import { HostRegistry } from '../hosts/host-registry.ts'
import { Host } from '../hosts/host.ts'
import { ownFiles } from '../hosts/place/own-files.ts'
import { pointsInside, stamp, stampOf, takeInside } from '../testing/stamped-disk.ts'
import { sharedKvmTrial } from '../testing/shared-kvm-trial.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'
import { ImageTables } from './image-tables.ts'
import { partsOf, type PointParts } from './job-parts.ts'
import { readPoints } from './read-points.ts'
import { removeLeft } from './remove-left.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('points inside of images', () => {
  let test: TestEngine
  let host: Host
  beforeAll(async () => {
    test = await startTestEngine()
    const uri = test.daemon.uri('qemu:///session')
    const definition = { id: hostId, label: 'This computer', uri, autospawn: false } as const
    host = new Host(definition, { log: pino({ level: 'silent' }), kvmTrial: sharedKvmTrial() })
    host.start()
    await host.whenConnected()
  }, 60_000)
  afterAll(async () => {
    await host.close()
    await test.stop()
  }, 60_000)

  const ref = ({ uuid }: TestGuest) => ({ hostId, uuid })
  const list = (guest: TestGuest) => test.client.snapshots.list(ref(guest))
  const take = (guest: TestGuest, name: string) => test.client.snapshots.take({ ...ref(guest), name, description: '' })
  const forget = async (guest: TestGuest, name: string) =>
    (await guest.domain.snapshotLookupByName(name)).delete(['metadata-only'])
  /** As the engine's own acts get them, for what no click leads to. */
  const partsFor = async (guest: TestGuest): Promise<PointParts> => {
    await host.inventory.reloadMachine(guest.uuid)
    const hosts = new HostRegistry([host])
    const folders = { configDir: '', ...test.folders }
    return partsOf({ hosts, folders, fileUsers: new FileUsers(hosts), jobs: null as never }, ref(guest))
  }

  it('that libvirt forgot keep their name, are shown, and come back into the list with their content', async () => {
    const guest = await makeGuest(test, 'forgotten')
    await stamp(guest.diskPath, 'O')
    await test.ended(take(guest, 'Restore point 1'))
    await stamp(guest.diskPath, 'P')
    await forget(guest, 'Restore point 1')
    const found = await list(guest)
    expect(found).toMatchObject({ snapshots: [], suggestedName: 'Restore point 2', takenNames: ['Restore point 1'] })
    expect(found.forgotten).toMatchObject([{ name: 'Restore point 1', targetDevs: ['vda'], takeBackBlocked: null }])
    await expect(take(guest, 'Restore point 1')).rejects.toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining('which libvirt’s list does not have') as string,
      data: { field: 'name' },
    })
    const key = found.forgotten[0]?.key ?? ''
    const back = await test.ended(test.client.snapshots.takeBackForgotten({ ...ref(guest), key }))
    expect(back).toMatchObject({ state: 'done', problem: null })
    expect(await list(guest)).toMatchObject({
      snapshots: [{ name: 'Restore point 1', revertBlocked: null }],
      forgotten: [],
    })
    const reverted = await test.ended(
      test.client.snapshots.revert({ ...ref(guest), name: 'Restore point 1', present: 'discard' }),
    )
    expect(reverted).toMatchObject({ state: 'done', problem: null })
    expect(await stampOf(guest.diskPath, 'OP')).toBe('O')
  })

  it('are removed from the images only when the machine is off', async () => {
    const guest = await makeGuest(test, 'removed')
    await takeInside(guest.diskPath, '-d a, b')
    await guest.domain.create()
    const running = await list(guest)
    expect(running.forgotten[0]?.removeBlocked?.english).toMatch(/Shut it down/)
    const removal = () => test.client.snapshots.removeForgotten({ ...ref(guest), key: running.forgotten[0]?.key ?? '' })
    await expect(removal()).rejects.toMatchObject({ code: 'wrong-state' })
    await guest.domain.destroy()
    expect(await test.ended(removal())).toMatchObject({ state: 'done', problem: null })
    expect(await pointsInside(guest.diskPath)).toEqual([])
  })

  it('that another machine has in its list are not removed', async () => {
    const guest = await makeGuest(test, 'owner')
    await test.ended(take(guest, 'mine'))
    const other = await makeGuest(test, 'borrower', {
      edit: ({ devices }) => {
        const disk = devices.disks[0]
        if (disk !== undefined) disk.source.file = guest.diskPath
      },
    })
    const [found] = (await list(other)).forgotten
    const job = await test.ended(test.client.snapshots.removeForgotten({ ...ref(other), key: found?.key ?? '' }))
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'wrong-state' } })
    expect(job.problem?.said.english).toContain('“owner”')
    expect(await pointsInside(guest.diskPath)).toEqual(['mine'])
  })

  it('that are left after a removal are removed too, or told of', async () => {
    const guest = await makeGuest(test, 'left')
    const marks = async () => {
      const entries = (await readInnerPoints(ownFiles, guest.diskPath))?.get('gone') ?? []
      return new Set(entries.map(({ mark }) => mark))
    }
    await test.ended(take(guest, 'gone'))
    const left = await marks()
    await forget(guest, 'gone') // as when QEMU dies over it, and libvirt does not notice
    await guest.domain.create()
    const parts = await partsFor(guest)
    await expect(removeLeft(parts, 'gone', left)).rejects.toMatchObject({
      message: expect.stringContaining('a disk image still holds it') as string,
    })
    await guest.domain.destroy()
    await removeLeft(parts, 'gone', left)
    expect(await pointsInside(guest.diskPath)).toEqual([])
  })

  it('are read once from each image for a whole list', async () => {
    const guest = await makeGuest(test, 'many')
    for (const name of ['one', 'two', 'three']) await test.ended(take(guest, name))
    const parts = await partsFor(guest)
    const reads: string[] = []
    const tables = new ImageTables(host, (files, path) => {
      reads.push(path)
      return readInnerPoints(files, path)
    })
    const { snapshots } = await host.slow((connection) => readPoints(host, connection, parts, tables))
    expect(snapshots).toMatchObject([{ copyBlocked: null }, { copyBlocked: null }, { copyBlocked: null }])
    expect(reads).toEqual([guest.diskPath])
  })

  it('that a second Strata was quicker with are told of by their name', async () => {
    const guest = await makeGuest(test, 'raced')
    const [one, other] = await Promise.all(
      [take(guest, 'same'), take(guest, 'same')].map((started) => test.ended(started)),
    )
    expect([one?.state, other?.state].sort()).toEqual(['done', 'failed'])
    expect((one?.problem ?? other?.problem)?.code).toBe('already-exists')
    expect(await pointsInside(guest.diskPath)).toEqual(['same'])
  })
})
