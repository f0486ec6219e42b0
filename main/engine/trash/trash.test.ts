import { execFile } from 'node:child_process'
import { access, chown, mkdir, readFile, readdir, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { TrashedMachine } from '@strata/contract/trash.ts'
import { DomainXml, type DomainXml as Definition } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool, makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 }) // real guests, on machines that may be busy

const run = promisify(execFile)

let test: TestEngine
beforeAll(async () => void (test = await startTestEngine()), 60_000)
afterAll(() => test.stop(), 60_000)

let count = 0
const named = (stem: string) => `${stem}-${(count += 1)}`
const refOf = ({ uuid }: TestGuest) => ({ hostId, uuid })
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
const remove = async (guest: TestGuest, choice: 'trash' | 'delete-disks' | 'keep-disks') =>
  expect(await test.ended(test.client.machines.remove({ ...refOf(guest), choice }))).toMatchObject({
    state: 'done',
    problem: null,
  })
const entryOf = async (guest: TestGuest): Promise<TrashedMachine> => {
  const entry = (await test.client.trash.list()).find(({ uuid }) => uuid === guest.uuid)
  if (entry === undefined) throw new Error(`${guest.name} is not in the trash`)
  return entry
}
const inTrash = async (guest: TestGuest) => (await test.client.trash.list()).some(({ uuid }) => uuid === guest.uuid)
const isDefined = async ({ uuid }: TestGuest) =>
  (await test.libvirt.listAllDomains()).some((domain) => domain.uuid === uuid)
const purge = async (guest: TestGuest) => test.ended(test.client.trash.purge({ id: (await entryOf(guest)).id }))
const planOf = async (guest: TestGuest, path: string) =>
  (await test.client.machines.planDeletion(refOf(guest))).files.find((file) => file.path === path)

const withDisk =
  (path: string, type: 'qcow2' | 'raw' = 'qcow2') =>
  ({ devices }: Definition) => {
    devices.disks.add({
      type: 'file',
      device: 'disk',
      driver: { name: 'qemu', type },
      source: { file: path },
      target: { device: 'vdb', bus: 'virtio' },
    })
  }

/** An image that stands on another, in a folder of its own that is no pool. */
async function overlayOutside(base: string): Promise<string> {
  const path = join(await test.folder(named('outside')), 'overlay.qcow2')
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', path])
  const { userId, groupId } = test.daemon.user
  await chown(path, userId, groupId)
  return path
}

describe('the trash is asked', () => {
  it('before a disk is deleted that a machine in it shares', async () => {
    const owner = await makeGuest(test, named('owner'))
    const sharer = await makeGuest(test, named('sharer'), { edit: withDisk(owner.diskPath) })
    await remove(sharer, 'trash')
    expect(await planOf(owner, owner.diskPath)).toMatchObject({
      fate: 'keep',
      reason: `“${sharer.name}”, which is in the trash, needs it to come back.`,
    })
    await remove(owner, 'delete-disks')
    expect(await isThere(owner.diskPath)).toBe(true)
  })

  it('before the disks of one machine in it go that another one in it shares', async () => {
    const owner = await makeGuest(test, named('owner'))
    const sharer = await makeGuest(test, named('sharer'), { edit: withDisk(owner.diskPath) })
    await remove(sharer, 'trash')
    await remove(owner, 'trash')
    await purge(owner)
    expect(await isThere(owner.diskPath)).toBe(true)
    await test.client.trash.putBack({ id: (await entryOf(sharer)).id })
    expect(await isDefined(sharer)).toBe(true)
  })

  it('before a disk is deleted that one outside of the pools stands on', async () => {
    const base = await makeGuest(test, named('base'))
    const child = await makeGuest(test, named('child'), { edit: withDisk(await overlayOutside(base.diskPath)) })
    await remove(child, 'trash')
    await remove(base, 'delete-disks')
    expect(await isThere(base.diskPath)).toBe(true)
  })

  it('also when the pool of those that stand on a disk is stopped', async () => {
    const base = await makeGuest(test, named('base'))
    const path = await test.folder(named('second'))
    const pool = await test.libvirt.storagePoolDefineXML(
      `<pool type='dir'><name>${named('second')}</name><target><path>${path}</path></target></pool>`,
    )
    await pool.create()
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base.diskPath, '-F', 'qcow2', join(path, 'up.qcow2')])
    await test.until(({ pools }) => pools.get(pool.uuid)?.state === 'running')
    await pool.destroy()
    await test.until(({ pools }) => pools.get(pool.uuid)?.state === 'inactive')
    expect(await planOf(base, base.diskPath)).toMatchObject({
      fate: 'keep',
      reason: `The image ${join(path, 'up.qcow2')} is built on it.`,
    })
  })

  it('before a disk of a machine in it is given to another one', async () => {
    const guest = await makeGuest(test, named('thrown'))
    await remove(guest, 'trash')
    const pool = await guestPool(test)
    const volumeName = `${guest.name}.qcow2`
    const moreDisks = [
      { kind: 'existing' as const, poolUuid: pool.uuid, volumeName, bus: 'virtio' as const, cache: 'default' as const },
    ]
    const findings = await test.client.create.check({ hostId, moreDisks })
    expect(JSON.stringify(findings)).toContain('which is in the trash, needs it to come back')
  })

  it('and refuses to put back a machine whose disk another one has now', async () => {
    const guest = await makeGuest(test, named('thrown'))
    await remove(guest, 'trash')
    const heir = await makeGuest(test, named('heir'), { edit: withDisk(guest.diskPath) })
    const back = test.client.trash.putBack({ id: (await entryOf(guest)).id })
    await expect(back).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining(heir.name) as unknown })
    expect(await isDefined(guest)).toBe(false)
  })
})

describe('a purge', () => {
  it('keeps a disk that a machine outside of the pools has come to be built on', async () => {
    const guest = await makeGuest(test, named('purged'))
    await remove(guest, 'trash')
    await makeGuest(test, named('child'), { edit: withDisk(await overlayOutside(guest.diskPath)) })
    await purge(guest)
    expect(await isThere(guest.diskPath)).toBe(true)
  })

  it('sees through a link which disk a machine has', async () => {
    const guest = await makeGuest(test, named('purged'))
    await remove(guest, 'trash')
    const link = join(await test.folder(named('links')), 'disk.qcow2')
    await symlink(guest.diskPath, link)
    await makeGuest(test, named('linked'), { edit: withDisk(link) })
    await purge(guest)
    expect(await isThere(guest.diskPath)).toBe(true)
  })

  it('keeps a file that has taken the place of the disk', async () => {
    const guest = await makeGuest(test, named('replaced'))
    await remove(guest, 'trash')
    await unlink(guest.diskPath)
    await writeFile(guest.diskPath, 'of somebody else')
    await purge(guest)
    expect(await readFile(guest.diskPath, 'utf8')).toBe('of somebody else')
  })

  it('deletes nothing of a machine that is defined again, and says so', async () => {
    const guest = await makeGuest(test, named('again'))
    const definition = await guest.domain.getXMLDesc()
    await remove(guest, 'trash')
    await test.libvirt.domainDefineXML(definition)
    expect(await purge(guest)).toMatchObject({ state: 'failed', problem: { code: 'wrong-state' } })
    expect([await isThere(guest.diskPath), await isDefined(guest), await inTrash(guest)]).toEqual([true, true, false])
  })

  it('waits where it cannot be known who needs the files, and goes on when the user says so', async () => {
    const guest = await makeGuest(test, named('unsure'))
    await remove(guest, 'trash')
    const riddle = join(test.folders.dataDir, 'trash', 'riddle.json')
    await writeFile(riddle, '{ "of": "another version"')
    try {
      expect(await purge(guest)).toMatchObject({ state: 'failed', problem: { code: 'busy' } })
      expect(await isThere(guest.diskPath)).toBe(true)
      const { id } = await entryOf(guest)
      expect(await test.ended(test.client.trash.purge({ id, unseen: 'accept' }))).toMatchObject({ state: 'done' })
      expect(await isThere(guest.diskPath)).toBe(false)
    } finally {
      await unlink(riddle)
    }
  })
})

describe('a deletion', () => {
  /** They are made at the first start, and only then it is known where. */
  async function variablesOf(guest: TestGuest): Promise<string> {
    await guest.domain.create()
    const path = DomainXml.parse(await guest.domain.getXMLDesc()).os.nvram.path ?? ''
    await guest.domain.destroy()
    expect(await isThere(path)).toBe(true)
    return path
  }

  it('keeps firmware variables that another machine uses', async () => {
    const first = await makeGuest(test, named('uefi'), { firmware: 'uefi' })
    const variables = await variablesOf(first)
    await makeGuest(test, named('uefi'), {
      firmware: 'uefi',
      edit: (definition) => {
        definition.os.nvram.path = variables
      },
    })
    await remove(first, 'delete-disks')
    expect([await isThere(first.diskPath), await isThere(variables)]).toEqual([false, true])
  })

  it('that keeps the disks keeps the firmware variables too', async () => {
    const guest = await makeGuest(test, named('uefi'), { firmware: 'uefi' })
    const variables = await variablesOf(guest)
    await remove(guest, 'keep-disks')
    expect([await isThere(guest.diskPath), await isThere(variables)]).toEqual([true, true])
  })

  it('that keeps the disks leaves nothing in the trash that could delete them later', async () => {
    const guest = await makeGuest(test, named('both'))
    const definition = await guest.domain.getXMLDesc()
    await remove(guest, 'trash')
    await test.libvirt.domainDefineXML(definition)
    await test.until(({ machines }) => machines.has(guest.uuid))
    await remove(guest, 'keep-disks')
    expect([await inTrash(guest), await isThere(guest.diskPath)]).toEqual([false, true])
  })
})

describe('a UEFI machine whose variables lie where libvirt puts them', () => {
  const variablesPath = (domain: TestGuest['domain']) =>
    domain.getXMLDesc().then((xml) => DomainXml.parse(xml).os.nvram.path ?? '')

  async function withVariables(): Promise<{ guest: TestGuest; before: Buffer }> {
    const guest = await makeGuest(test, named('uefi'), { firmware: 'uefi' })
    await guest.domain.create()
    const path = await variablesPath(guest.domain)
    await guest.domain.destroy()
    const bytes = await readFile(path)
    bytes.write('what its guest keeps', bytes.length - 64)
    await writeFile(path, bytes)
    return { guest, before: bytes }
  }

  it('keeps them in the trash, though another machine of its name comes, runs and goes', async () => {
    const { guest, before } = await withVariables()
    await remove(guest, 'trash')
    const namesake = await test.libvirt.domainDefineXML(
      `<domain type='qemu'><name>${guest.name}</name><memory unit='MiB'>32</memory>
        <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features></domain>`,
    )
    await namesake.create()
    expect((await readFile(await variablesPath(namesake))).includes('what its guest keeps')).toBe(false)
    await namesake.destroy()
    await namesake.undefineFlags(['nvram'])
    await test.client.trash.putBack({ id: (await entryOf(guest)).id })
    const back = await test.libvirt.domainLookupByUUID(guest.uuid)
    const path = await variablesPath(back)
    expect(path).toContain(`${guest.uuid}_VARS.fd`)
    expect((await readFile(path)).equals(before)).toBe(true)
    await back.create()
    await back.destroy()
    // And once more, with nothing left at the end.
    await test.until(({ machines }) => machines.has(guest.uuid))
    await remove(guest, 'trash')
    await purge(guest)
    expect([await isThere(path), await isThere(guest.diskPath)]).toEqual([false, false])
  })
})

describe('a template', () => {
  it('stays one, and no machine starts, while others are built on its disk', async () => {
    const base = await makeGuest(test, named('template'))
    await test.client.machines.setTemplate({ ...refOf(base), isTemplate: true })
    const child = await makeGuest(test, named('child'), { edit: withDisk(await overlayOutside(base.diskPath)) })
    const asMachine = test.client.machines.setTemplate({ ...refOf(base), isTemplate: false })
    await expect(asMachine).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining(child.name) as unknown,
    })
    // As by another program: no template any more, and still nothing may write to it.
    const plain = await makeGuest(test, named('plain'))
    const over = await makeGuest(test, named('over'), { edit: withDisk(await overlayOutside(plain.diskPath)) })
    const start = test.client.machines.power({ ...refOf(plain), action: 'start' })
    await expect(start).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringContaining(over.name) as unknown,
    })
    expect(await plain.domain.isActive()).toBe(false)
  })
})

describe('what was cut short', () => {
  /** A second engine that finds the entry of the first in this state, and ends what it finds. */
  async function foundAs(guest: TestGuest, state: string): Promise<string[]> {
    const path = join(test.folders.dataDir, 'trash', `${(await entryOf(guest)).id}.json`)
    const entry = { ...(JSON.parse(await readFile(path, 'utf8')) as object), state }
    let folder = ''
    const next = await test.another(async (dataDir) => {
      folder = join(dataDir, 'trash')
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'cut-short.json'), JSON.stringify({ ...entry, id: 'cut-short' }))
    })
    await unlink(path) // one trash knows of it
    await next.untilJobStarted('finish-in-trash')
    await next.untilJobsEnded()
    await next.close()
    return readdir(folder)
  }
  const thrown = async () => {
    const guest = await makeGuest(test, named('cut'))
    await guest.domain.snapshotCreateXML('<domainsnapshot><name>one</name></domainsnapshot>')
    const definition = await guest.domain.getXMLDesc()
    await remove(guest, 'trash')
    return { guest, defineAgain: () => test.libvirt.domainDefineXML(definition) }
  }

  it.each(['arriving', 'deleting'])('%s, with the machine still defined, never happened', async (state) => {
    const { guest, defineAgain } = await thrown()
    await defineAgain()
    expect(await foundAs(guest, state)).toEqual([])
    expect([await isDefined(guest), await isThere(guest.diskPath)]).toEqual([true, true])
  })

  it('arriving, with the machine gone, is in the trash', async () => {
    const { guest } = await thrown()
    expect(await foundAs(guest, 'arriving')).toEqual(['cut-short.json'])
    expect(await isThere(guest.diskPath)).toBe(true)
  })

  it.each(['deleting', 'purging'])('%s, with the machine gone, is deleted to the end', async (state) => {
    const { guest } = await thrown()
    expect(await foundAs(guest, state)).toEqual([])
    expect(await isThere(guest.diskPath)).toBe(false)
  })

  it('returning comes back whole, whether libvirt knows the machine already or not', async () => {
    for (const isHalfThere of [false, true]) {
      const { guest, defineAgain } = await thrown()
      if (isHalfThere) await defineAgain()
      expect(await foundAs(guest, 'returning')).toEqual([])
      const back = await test.libvirt.domainLookupByUUID(guest.uuid)
      expect((await back.listAllSnapshots()).map(({ name }) => name)).toEqual(['one'])
    }
  })
})
