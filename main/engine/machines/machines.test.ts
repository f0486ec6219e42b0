import { access, chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { DomainXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { noFacts, writeStrataFacts } from '../definitions/strata-metadata.ts'
import { readPlaced, writePlaced } from '../storage/placed-files.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool, makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 }) // real guests, on machines that may be busy

let test: TestEngine
beforeAll(async () => void (test = await startTestEngine()), 60_000)
afterAll(() => test.stop(), 60_000)

let count = 0
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
const refOf = ({ uuid }: TestGuest) => ({ hostId, uuid })
const power = (guest: TestGuest, action: Parameters<typeof test.client.machines.power>[0]['action']) =>
  test.client.machines.power({ ...refOf(guest), action })
const untilState = (guest: TestGuest, state: string) =>
  test.until(({ machines }) => machines.get(guest.uuid)?.state === state)
const stateOf = async (guest: TestGuest) => (await guest.domain.getState()).state

function addDisk({ disks }: DomainXml['devices'], path: string, type: 'qcow2' | 'raw') {
  disks.add({
    type: 'file',
    device: 'disk',
    driver: { name: 'qemu', type },
    source: { file: path },
    target: { device: 'vdb', bus: 'virtio' },
  })
}

describe('the power of a real guest', () => {
  let guest: TestGuest
  beforeAll(async () => void (guest = await makeGuest(test, 'power')))

  const untilAskedToShutDown = (asked: boolean) =>
    test.until(({ machines }) => (machines.get(guest.uuid)?.shutdownAskedAtMs != null) === asked)

  it('is switched, paused, resumed, reset and cut', async () => {
    const steps = [
      ['start', 'running', 'running'],
      ['pause', 'paused', 'paused'],
      ['resume', 'running', 'running'],
      ['shut-down', 'running', 'running'], // nothing inside that could react
      ['reset', 'running', 'running'],
      ['force-off', 'shut-off', 'shutoff'],
    ] as const
    for (const [action, seen, real] of steps) {
      await power(guest, action)
      await untilState(guest, seen)
      expect(await stateOf(guest)).toBe(real)
      if (action === 'shut-down') await untilAskedToShutDown(true)
      if (action === 'reset') await untilAskedToShutDown(false) // who has restarted was not asked
    }
  })

  it('refuses what does not fit, and says what the machine is doing', async () => {
    await expect(power(guest, 'pause')).rejects.toMatchObject({
      code: 'wrong-state',
      message: '“power” cannot be paused: it is off.',
    })
    await expect(power(guest, 'discard-saved-state')).rejects.toMatchObject({ code: 'wrong-state' })
  })

  it('is saved and comes back to the same moment, or is rid of what was saved', async () => {
    await power(guest, 'start')
    await untilState(guest, 'running')
    expect(await test.ended(test.client.machines.save(refOf(guest)))).toMatchObject({ state: 'done', problem: null })
    await test.until(({ machines }) => machines.get(guest.uuid)?.hasSavedState === true)
    expect((await test.client.snapshots.list(refOf(guest))).takeBlocked?.english).toMatch(/saved state/)
    await power(guest, 'start')
    await untilState(guest, 'running')
    expect(await guest.domain.getState()).toMatchObject({ state: 'running', reason: 3 }) // restored
    expect(await test.ended(test.client.machines.save(refOf(guest)))).toMatchObject({ state: 'done' })
    await power(guest, 'discard-saved-state')
    expect(await guest.domain.hasManagedSaveImage()).toBe(false)
  })

  it('that fails to come on says why, with the repair', async () => {
    const broken = await makeGuest(test, 'broken', {
      edit: ({ devices }) => {
        const drive = devices.disks[1]
        if (drive !== undefined) Object.assign(drive.source, { file: '/no/such.iso', startupPolicy: 'mandatory' })
      },
    })
    const failure = await power(broken, 'start').catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'wrong-state',
      data: { repairs: [{ action: { kind: 'eject-media', targetDev: 'sda' } }] },
    })
    await test.client.repairs.run({ kind: 'eject-media', ...refOf(broken), targetDev: 'sda' })
    await power(broken, 'start')
    await untilState(broken, 'running')
    await test.client.repairs.run({ kind: 'force-off', ...refOf(broken) })
    await untilState(broken, 'shut-off')
  })

  it('is set to come on with the host', async () => {
    await test.client.machines.setAutostart({ ...refOf(guest), autostart: true })
    expect(await guest.domain.getAutostart()).toBe(true)
    await test.client.machines.setAutostart({ ...refOf(guest), autostart: false })
    expect(await guest.domain.getAutostart()).toBe(false)
  })

  it('shows its devices and files', async () => {
    const detail = await test.client.machines.detail(refOf(guest))
    expect(detail.disks).toMatchObject([
      {
        targetDev: 'vda',
        device: 'disk',
        path: guest.diskPath,
        format: 'qcow2',
        capacityBytes: 64 * 1024 ** 2,
        poolUuid: (await guestPool(test)).uuid,
      },
      { targetDev: 'sda', device: 'cdrom', path: guest.isoPath, readOnly: true },
    ])
    expect(detail).toMatchObject({ hasAgentChannel: true, architecture: 'x86_64' })
  })
})

describe('renaming', () => {
  let guest: TestGuest
  beforeEach(async () => void (guest = await makeGuest(test, `named-${(count += 1)}`)))
  const names = async () => (await test.libvirt.listAllDomains()).map(({ name }) => name)

  it('keeps restore points and autostart of a machine that is off', async () => {
    await test.ended(test.client.snapshots.take({ ...refOf(guest), name: 'before', description: '' }))
    await test.client.machines.setAutostart({ ...refOf(guest), autostart: true })
    await test.client.machines.rename({ ...refOf(guest), name: `Zoë & co ${count}` })
    const renamed = await test.libvirt.domainLookupByName(`Zoë & co ${count}`)
    expect([renamed.uuid, await renamed.getAutostart(), await renamed.snapshotNum()]).toEqual([guest.uuid, true, 1])
  })

  it('gives a running machine the title now and the name when it is off', async () => {
    await power(guest, 'start')
    await untilState(guest, 'running')
    await test.client.machines.rename({ ...refOf(guest), name: `later-${count}` })
    await test.until(({ machines }) => machines.get(guest.uuid)?.title === `later-${count}`)
    expect(await names()).toContain(guest.name)
    await power(guest, 'force-off')
    await test.until(({ machines }) => machines.get(guest.uuid)?.name === `later-${count}`)
    expect(await names()).toContain(`later-${count}`)
    expect(DomainXml.parse(await (await test.libvirt.domainLookupByUUID(guest.uuid)).getXMLDesc()).title).toBeNull()
  })

  it('keeps the variables of a UEFI machine, whose place follows the name', async () => {
    const uefi = await makeGuest(test, `uefi-${count}`, { firmware: 'uefi' })
    await power(uefi, 'start')
    await untilState(uefi, 'running')
    const nvram = DomainXml.parse(await uefi.domain.getXMLDesc()).os.nvram.path
    await power(uefi, 'force-off')
    await untilState(uefi, 'shut-off')
    await test.client.machines.rename({ ...refOf(uefi), name: `uefi-new-${count}` })
    const renamed = await test.libvirt.domainLookupByName(`uefi-new-${count}`)
    expect(DomainXml.parse(await renamed.getXMLDesc()).os.nvram.path).toBe(nvram)
  })

  it('to a name that is taken is refused', async () => {
    const refused = test.client.machines.rename({ ...refOf(guest), name: 'power' })
    await expect(refused).rejects.toMatchObject({ code: 'already-exists', data: { field: 'name' } })
  })
})

describe('deleting', () => {
  let guest: TestGuest
  beforeEach(async () => void (guest = await makeGuest(test, `deleted-${(count += 1)}`)))
  const remove = async (of: TestGuest, choice: 'trash' | 'delete-disks' | 'keep-disks') => {
    expect(await test.ended(test.client.machines.remove({ ...refOf(of), choice }))).toMatchObject({
      state: 'done',
      problem: null,
    })
    await test.until(({ machines }) => !machines.has(of.uuid))
  }
  const isDefined = async (of: TestGuest) => (await test.libvirt.listAllDomains()).some(({ uuid }) => uuid === of.uuid)
  const inTrash = async (of: TestGuest) => (await test.client.trash.list()).find(({ uuid }) => uuid === of.uuid)

  it('is planned file by file, with bytes', async () => {
    await test.ended(test.client.snapshots.take({ ...refOf(guest), name: 'one', description: '' }))
    const plan = await test.client.machines.planDeletion(refOf(guest))
    expect(plan).toMatchObject({ name: guest.name, restorePointCount: 1, trashUnavailable: null, trashDays: 30 })
    expect(plan.files).toMatchObject([
      { path: guest.diskPath, role: 'disk', fate: 'delete' },
      { path: guest.isoPath, role: 'media', fate: 'keep' },
    ])
    expect(plan.freedBytes).toBe(plan.files[0]?.allocationBytes)
    expect(plan.freedBytes).toBeGreaterThan(100_000)
  })

  it('with its disks forces it off, and leaves the medium and nothing else', async () => {
    await power(guest, 'start')
    await untilState(guest, 'running')
    await test.ended(test.client.snapshots.take({ ...refOf(guest), name: 'one', description: '' }))
    await remove(guest, 'delete-disks')
    expect([await isDefined(guest), await isThere(guest.diskPath), await isThere(guest.isoPath)]).toEqual([
      false,
      false,
      true,
    ])
  })

  it('with its disks kept forgets the definition only', async () => {
    await remove(guest, 'keep-disks')
    expect([await isDefined(guest), await isThere(guest.diskPath)]).toEqual([false, true])
  })

  it('never takes a disk that another machine uses, or that another image is built on', async () => {
    const neighbour = await makeGuest(test, `neighbour-${count}`, {
      edit: ({ devices }) => addDisk(devices, guest.diskPath, 'qcow2'),
    })
    expect((await test.client.machines.planDeletion(refOf(guest))).files[0]).toMatchObject({
      fate: 'keep',
      reason: `It is also a disk of “${neighbour.name}”.`,
    })
    await remove(guest, 'delete-disks')
    expect(await isThere(guest.diskPath)).toBe(true)
    await remove(neighbour, 'keep-disks')
  })

  it('takes a seed along that Strata’s own data knows, and none that only the definition claims', async () => {
    const pool = await guestPool(test)
    const seedPath = guest.isoPath.replace(/\.iso$/, '-seed.iso')
    await rename(guest.isoPath, seedPath)
    await pool.refresh()
    const seeded = await makeGuest(test, `seeded-${count}`, {
      edit: ({ devices, metadata }) => {
        for (const disk of devices.disks) if (disk.device === 'cdrom') disk.source.file = seedPath
        writeStrataFacts(metadata, { ...noFacts, ownMedia: [seedPath] })
      },
    })
    const fate = async () =>
      (await test.client.machines.planDeletion(refOf(seeded))).files.find(({ path }) => path === seedPath)?.fate
    expect(await fate()).toBe('keep')
    const file = { path: seedPath, poolUuid: pool.uuid, name: basename(seedPath), mark: null }
    await writePlaced(test.folders.dataDir, refOf(seeded), { files: [file], installation: null })
    expect(await fate()).toBe('delete')
    await remove(seeded, 'delete-disks')
    expect([await isThere(seedPath), await readPlaced(test.folders.dataDir, refOf(seeded))]).toEqual([false, null])
  })

  it('takes the kernel along that an installation was started with, though no drive holds it', async () => {
    const pool = await guestPool(test)
    const path = join(dirname(guest.diskPath), `${guest.name}-kernel`)
    await writeFile(path, Buffer.alloc(8192, 1))
    await pool.refresh()
    const file = { path, poolUuid: pool.uuid, name: basename(path), mark: null }
    await writePlaced(test.folders.dataDir, refOf(guest), { files: [file], installation: null })
    const { files } = await test.client.machines.planDeletion(refOf(guest))
    expect(files.find((each) => each.path === path)).toMatchObject({ role: 'media', fate: 'delete' })
    await remove(guest, 'delete-disks')
    expect(await isThere(path)).toBe(false)
  })

  it('takes the saved state with it, and the firmware variables', async () => {
    const uefi = await makeGuest(test, `uefi-deleted-${count}`, { firmware: 'uefi' })
    await power(uefi, 'start')
    await untilState(uefi, 'running')
    expect(await test.ended(test.client.machines.save(refOf(uefi)))).toMatchObject({ state: 'done', problem: null })
    const plan = await test.client.machines.planDeletion(refOf(uefi))
    expect(plan.trashUnavailable?.english).toMatch(/saved state/)
    const own = plan.files.filter(({ fate }) => fate === 'delete')
    expect(own.map(({ role }) => role)).toEqual(['disk', 'firmware-variables', 'saved-state'])
    for (const { path, allocationBytes } of own)
      expect([path, await isThere(path), (allocationBytes ?? 0) > 0]).toEqual([path, true, true])
    await remove(uefi, 'delete-disks')
    for (const { path } of own) expect([path, await isThere(path)]).toEqual([path, false])
  })

  describe('into the trash', () => {
    it('keeps the files, and gives all of the machine back', async () => {
      await test.ended(test.client.snapshots.take({ ...refOf(guest), name: 'one', description: 'first' }))
      await test.ended(test.client.snapshots.take({ ...refOf(guest), name: 'two', description: '' }))
      await test.client.machines.setAutostart({ ...refOf(guest), autostart: true })
      const definition = await guest.domain.getXMLDesc()
      const points = await test.client.snapshots.list(refOf(guest))
      await remove(guest, 'trash')
      const entry = await inTrash(guest)
      expect(entry).toMatchObject({ name: guest.name, restorePointCount: 2, files: [{ path: guest.diskPath }] })
      expect(entry).toMatchObject({ daysLeft: 30, state: 'in' })
      expect([await isDefined(guest), await isThere(guest.diskPath)]).toEqual([false, true])
      await test.client.trash.putBack({ id: entry?.id ?? '' })
      const back = await test.libvirt.domainLookupByUUID(guest.uuid)
      // libvirt lists controllers in the order in which it came to know them.
      expect((await back.getXMLDesc()).split('\n').sort()).toEqual(definition.split('\n').sort())
      expect(await back.getAutostart()).toBe(true)
      expect((await test.client.snapshots.list(refOf(guest))).snapshots).toEqual(points.snapshots)
      expect(await inTrash(guest)).toBeUndefined()
      await back.snapshotLookupByName('one').then((point) => point.revert())
    })

    it('and out of it for good deletes the files, and what the firmware kept', async () => {
      const uefi = await makeGuest(test, `uefi-purged-${count}`, { firmware: 'uefi' })
      await power(uefi, 'start')
      await untilState(uefi, 'running')
      const nvram = DomainXml.parse(await uefi.domain.getXMLDesc()).os.nvram.path ?? ''
      await remove(uefi, 'trash')
      // A namesake must not get at them meanwhile: in the trash they have a name of their own.
      const kept = join(dirname(nvram), `${uefi.uuid}_VARS.fd`)
      expect([await isThere(uefi.diskPath), await isThere(kept)]).toEqual([true, true])
      expect(await test.ended(test.client.trash.purge({ id: (await inTrash(uefi))?.id ?? '' }))).toMatchObject({
        state: 'done',
        problem: null,
      })
      expect([await isThere(uefi.diskPath), await isThere(kept), await isDefined(uefi), await inTrash(uefi)]).toEqual([
        false,
        false,
        false,
        undefined,
      ])
    })

    it('and out of it keeps a disk that somebody has come to use since', async () => {
      await remove(guest, 'trash')
      await makeGuest(test, `heir-${count}`, {
        edit: ({ devices }) => addDisk(devices, guest.diskPath, 'qcow2'),
      })
      await test.ended(test.client.trash.purge({ id: (await inTrash(guest))?.id ?? '' }))
      expect(await isThere(guest.diskPath)).toBe(true)
    })

    it('is emptied by itself of what has lain its time', async () => {
      await remove(guest, 'trash')
      const entry = await inTrash(guest)
      const path = `${test.folders.dataDir}/trash/${entry?.id ?? ''}.json`
      const stored = await readFile(path, 'utf8')
      const next = await test.another(async (dataDir) => {
        await mkdir(`${dataDir}/trash`, { recursive: true })
        const days = { counted: 29, lastDay: '2020-01-01', announcedDay: '2020-01-01' }
        const expired = { ...(JSON.parse(stored) as object), days }
        await writeFile(`${dataDir}/trash/${entry?.id ?? ''}.json`, JSON.stringify(expired))
      })
      await next.untilJobStarted('purge-machine')
      await next.untilJobsEnded()
      expect(await isThere(guest.diskPath)).toBe(false)
      await next.close()
    })

    it('does not come back over a machine that has its name now, or without its files', async () => {
      await remove(guest, 'trash')
      const id = (await inTrash(guest))?.id ?? ''
      const other = await test.libvirt.domainDefineXML(
        `<domain type='qemu'><name>${guest.name}</name><memory>1024</memory><os><type>hvm</type></os></domain>`,
      )
      await test.until(({ machines }) => machines.has(other.uuid))
      await expect(test.client.trash.putBack({ id })).rejects.toMatchObject({ code: 'already-exists' })
      await other.undefineFlags([])
      await test.until(({ machines }) => !machines.has(other.uuid))
      await (await test.libvirt.storageVolLookupByPath(guest.diskPath)).delete()
      await expect(test.client.trash.putBack({ id })).rejects.toMatchObject({ code: 'not-found' })
      expect(await isDefined(guest)).toBe(false)
    })

    it('writes nothing secret down, and makes a new password when the machine is back', async () => {
      const guarded = await makeGuest(test, `guarded-${count}`, {
        edit: ({ devices }) => {
          const screen = devices.graphics[0]
          if (screen !== undefined) devices.graphics.remove(screen)
          devices.graphics.add({
            type: 'vnc',
            autoPort: true,
            password: 'hush1234',
            listens: [{ type: 'address', address: '127.0.0.1' }],
          })
        },
      })
      await remove(guarded, 'trash')
      const entry = await inTrash(guarded)
      expect(await readFile(`${test.folders.dataDir}/trash/${entry?.id ?? ''}.json`, 'utf8')).not.toContain('hush1234')
      await test.client.trash.putBack({ id: entry?.id ?? '' })
      const [screen] = DomainXml.parse(
        await (await test.libvirt.domainLookupByUUID(guarded.uuid)).getXMLDesc(['secure']),
      ).devices.graphics
      expect(screen?.password).toMatch(/^\w{8}$/)
      expect(screen?.password).not.toBe('hush1234')
    })
  })

  it('takes a disk that lies in no pool only when the user names it', async () => {
    const stray = `${await test.folder('stray')}/out.raw`
    const owner = async () => {
      await writeFile(stray, 'x')
      await chmod(stray, 0o666)
      return makeGuest(test, `stray-${count++}`, { edit: ({ devices }) => addDisk(devices, stray, 'raw') })
    }
    await remove(await owner(), 'delete-disks')
    expect(await isThere(stray)).toBe(true)
    const named = { ...refOf(await owner()), choice: 'delete-disks' as const, alsoDelete: [stray] }
    expect(await test.ended(test.client.machines.remove(named))).toMatchObject({ state: 'done', problem: null })
    expect(await isThere(stray)).toBe(false)
  })
})
