import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { decodePng } from '../console/png.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 }) // going back starts QEMU anew: seconds under emulation, more on a busy machine

describe('restore points of a real guest', () => {
  let test: TestEngine
  let guest: TestGuest
  beforeAll(async () => {
    test = await startTestEngine()
    guest = await makeGuest(test, 'points')
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const ref = () => ({ hostId, uuid: guest.uuid })
  const take = async (name: string, description = '') => {
    expect(await test.ended(test.client.snapshots.take({ ...ref(), name, description }))).toMatchObject({
      state: 'done',
      problem: null,
    })
  }
  const revert = async (name: string, present: 'keep' | 'discard') => {
    expect(await test.ended(test.client.snapshots.revert({ ...ref(), name, present }))).toMatchObject({
      state: 'done',
      problem: null,
    })
  }
  const points = async () => (await test.client.snapshots.list(ref())).snapshots
  const point = async (name: string) => (await points()).find((each) => each.name === name)
  const namesInLibvirt = async () => (await guest.domain.listAllSnapshots()).map(({ name }) => name).sort()
  const start = async () => {
    await test.client.machines.power({ ...ref(), action: 'start' })
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
  }

  it('of a machine that is off hold the disks, and have no picture', async () => {
    expect(await test.client.snapshots.list(ref())).toEqual({
      snapshots: [],
      forgotten: [],
      takeBlocked: null,
      suggestedName: 'Restore point 1',
      takenNames: [],
      takeNotices: [],
      takeHolds: 'disks',
    })
    await take('empty', 'nothing on it\nyet')
    expect(await points()).toMatchObject([
      {
        name: 'empty',
        parentName: null,
        description: 'nothing on it\nyet',
        holds: 'disks',
        machineState: 'shut-off',
        kind: 'internal',
        current: true,
        automatic: false,
        hasPicture: false,
        revertBlocked: null,
        removeBlocked: null,
      },
    ])
    expect(await test.client.snapshots.picture({ ...ref(), name: 'empty' })).toBeNull()
  })

  it('of a machine that runs hold its memory too, with the screen at that moment', async () => {
    await start()
    expect(await test.client.snapshots.list(ref())).toMatchObject({
      takeHolds: 'disks-and-memory',
      suggestedName: 'Restore point 1',
    })
    await take('running <1> & ‘more’')
    expect((await guest.domain.getState()).state).toBe('running')
    const taken = await point('running <1> & ‘more’')
    expect(taken).toMatchObject({
      parentName: 'empty',
      holds: 'disks-and-memory',
      machineState: 'running',
      current: true,
      hasPicture: true,
    })
    expect(taken?.sizeBytes).toBeGreaterThan(100_000)
    const picture = await test.client.snapshots.picture({ ...ref(), name: 'running <1> & ‘more’' })
    expect(picture?.type).toBe('image/png')
    const pixels = await decodePng(new Uint8Array((await picture?.arrayBuffer()) ?? []))
    expect(pixels?.widthPx).toBeGreaterThanOrEqual(640)
  })

  it('cannot share a name, or have one that libvirt refuses', async () => {
    const taking = (name: string) => test.client.snapshots.take({ ...ref(), name, description: '' })
    await expect(taking('empty')).rejects.toMatchObject({ code: 'already-exists', data: { field: 'name' } })
    await expect(taking('say "cheese"')).rejects.toMatchObject({ code: 'invalid-input', data: { field: 'name' } })
    await expect(taking('a/b')).rejects.toMatchObject({ code: 'invalid-input', data: { field: 'name' } })
  })

  it('are gone back to with the present kept: a running point runs again', async () => {
    await guest.domain.suspend()
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'paused')
    await revert('running <1> & ‘more’', 'keep')
    expect((await guest.domain.getState()).state).toBe('running')
    const kept = (await points()).find(({ automatic }) => automatic)
    expect(kept).toMatchObject({
      parentName: 'running <1> & ‘more’',
      machineState: 'paused',
      hasPicture: true,
      current: false,
    })
    expect(kept?.description).toBe('The state before going back to “running <1> & ‘more’”.')
    expect((await point('running <1> & ‘more’'))?.current).toBe(true)
  })

  it('are gone back to without keeping: a point that was off switches off', async () => {
    const before = await namesInLibvirt()
    await revert('empty', 'discard')
    expect((await guest.domain.getState()).state).toBe('shutoff')
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'shut-off')
    expect(await namesInLibvirt()).toEqual(before)
    expect((await point('empty'))?.current).toBe(true)
  })

  it('are gone back to from a machine whose devices have changed since', async () => {
    await start()
    await test.client.repairs.run({ kind: 'eject-media', ...ref(), targetDev: 'sda' })
    await revert('running <1> & ‘more’', 'discard')
    expect((await guest.domain.getState()).state).toBe('running')
    await test.client.machines.power({ ...ref(), action: 'force-off' })
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'shut-off')
  })

  it('are removed one by one; the children stay and hang on the parent', async () => {
    const job = await test.ended(test.client.snapshots.remove({ ...ref(), name: 'running <1> & ‘more’' }))
    expect(job).toMatchObject({ state: 'done', problem: null })
    const left = await points()
    expect(left.map(({ name, parentName }) => [name, parentName]).sort()).toEqual([
      ['Before going back 1', 'empty'],
      ['empty', null],
    ])
    expect(await namesInLibvirt()).toEqual(left.map(({ name }) => name).sort())
    const pictures = await readdir(join(test.folders.dataDir, 'pictures'), { recursive: true })
    expect(pictures.filter((name) => name.endsWith('.png'))).toHaveLength(1)
  })

  it('that another program took under a name that QEMU does not keep are not gone back to', async () => {
    await start()
    await guest.domain.snapshotCreateXML('<domainsnapshot><name>quo"te</name></domainsnapshot>') // succeeds, and keeps nothing
    expect((await point('quo"te'))?.revertBlocked?.english).toMatch(/does not hold this point/)
    await expect(test.client.snapshots.revert({ ...ref(), name: 'quo"te', present: 'discard' })).rejects.toMatchObject({
      code: 'wrong-state',
    })
    expect((await guest.domain.getState()).state).toBe('running')
    await (await guest.domain.snapshotLookupByName('quo"te')).delete(['metadata-only'])
  })

  it('that are not there any more are told of', async () => {
    await expect(test.client.snapshots.remove({ ...ref(), name: 'gone' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('are blocked with the reason where libvirt cannot keep the machine', async () => {
    const raw = await makeGuest(test, 'raw-disk', {
      edit: (definition) => {
        const disk = definition.devices.disks[0]
        if (disk !== undefined) disk.driver.type = 'raw'
      },
    })
    expect((await test.client.snapshots.list({ hostId, uuid: raw.uuid })).takeBlocked?.english).toMatch(/vda.*raw/)
    const uefi = await makeGuest(test, 'uefi', { firmware: 'uefi' })
    await uefi.domain.create()
    await test.until(({ machines }) => machines.get(uefi.uuid)?.state === 'running')
    expect((await test.client.snapshots.list({ hostId, uuid: uefi.uuid })).takeBlocked?.english).toMatch(/UEFI/)
    await expect(
      test.client.snapshots.take({ hostId, uuid: uefi.uuid, name: 'x', description: '' }),
    ).rejects.toMatchObject({ code: 'wrong-state' })
  })
})
