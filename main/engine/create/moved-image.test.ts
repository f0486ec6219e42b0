import { access, link, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { NewMachine } from '@strata/contract/create.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { giveToTestUser } from '../../../node-libvirt/testing/test-user.ts'
import { patternedDisk, qemuImg, writeImage } from '../testing/patterned-disk.ts'
import { proposedMachine } from '../testing/proposed-machine.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // real guests, on machines that may be busy

describe('a disk image that is moved into the pool', () => {
  let test: TestEngine
  let folder: string
  const content = patternedDisk()

  beforeAll(async () => {
    test = await startTestEngine()
    folder = await test.folder('mine')
  })
  afterAll(() => test.stop())

  async function image(name: string, format = 'qcow2'): Promise<string> {
    const path = join(folder, name)
    await writeImage(path, format, content)
    giveToTestUser(test.daemon.user, path)
    return path
  }
  const sourceOf = (path: string) => ({
    kind: 'disk-image' as const,
    media: { kind: 'file' as const, path, use: 'upload' as const },
    disk: 'move' as const,
  })
  async function orderOf(path: string, changes: Partial<NewMachine> = {}): Promise<NewMachine> {
    const source = sourceOf(path)
    const defaults = await test.client.create.defaults({ hostId, source, osId: null, profile: null })
    return { ...proposedMachine(hostId, source, defaults), memoryKiB: 64 * 1024, network: { kind: 'user' }, ...changes }
  }
  const made = async (order: NewMachine) => test.ended(test.client.create.start(order))
  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    )
  const diskOf = async (name: string) => {
    const xml = await (await test.libvirt.domainLookupByName(name)).getXMLDesc()
    return /<source file='([^']+\.qcow2)'/.exec(xml)?.[1] ?? ''
  }
  const expectContent = (path: string) =>
    qemuImg('compare', '-U', '-f', 'raw', '-F', 'qcow2', join(folder, 'expected.raw'), path)
  beforeEach(() => writeFile(join(folder, 'expected.raw'), content))

  it('is the same file under another name where it can be, and is not where it was any more', async () => {
    const path = await image('renamed.qcow2')
    const { ino } = await stat(path)
    const order = await orderOf(path)
    expect(order.diskBytes).toBeNull()
    expect(await test.client.create.check(order)).toEqual([])
    expect(await made(order)).toMatchObject({ state: 'done', problem: null })
    expect(await isThere(path)).toBe(false)
    const disk = await diskOf('renamed')
    expect((await stat(disk)).ino).toBe(ino)
    // libvirt knows the file in its new place, and the history tells where it came from.
    const { uuid } = await test.libvirt.domainLookupByName('renamed')
    expect((await test.libvirt.storageVolLookupByPath(disk)).name).toBe('renamed.qcow2')
    expect(await test.client.history.list({ hostId, uuid })).toMatchObject([
      {
        notes: [{ english: expect.stringContaining('moved here') as string }],
        commands: expect.arrayContaining([`mv ${path} ${disk}`, expect.anything()]) as unknown,
      },
    ])
  })

  it.each([
    ['of another format', () => image('foreign.vmdk', 'vmdk')],
    [
      'with a second name',
      async () => {
        const path = await image('shared.qcow2')
        await link(path, join(folder, 'second-name'))
        return path
      },
    ],
  ])('is copied %s, and removed when the machine runs', async (_what, make) => {
    const path = await make()
    const { ino } = await stat(path)
    const order = await orderOf(path)
    expect(await made(order)).toMatchObject({ state: 'done', problem: null })
    expect(await isThere(path)).toBe(false)
    const disk = await diskOf(order.name)
    expect((await stat(disk)).ino).not.toBe(ino)
    await expectContent(disk)
  })

  it.each([
    ['renamed', 'later.qcow2', 'qcow2'],
    ['copied', 'later.vdi', 'vdi'],
  ])('is back in its place when a later step fails (%s)', async (_how, name, format) => {
    const path = await image(name, format)
    const bytes = await readFile(path)
    const started = await test.client.create.start(await orderOf(path, { name: 'race' }))
    // Somebody takes the name between the check and the definition.
    const xml = "<domain type='qemu'><name>race</name><memory>1024</memory><os><type>hvm</type></os></domain>"
    const theirs = await test.libvirt.domainDefineXML(xml)
    const job = await test.ended(started)
    expect(job.steps.find(({ state }) => state === 'failed')?.id).toBe('define')
    await theirs.undefineFlags([])
    expect((await readFile(path)).equals(bytes)).toBe(true)
  })

  it('is back in its place when it is cancelled', async () => {
    const path = await image('cancelled.qcow2')
    const started = await test.client.create.start(await orderOf(path))
    await test.client.jobs.cancel(started)
    expect((await test.ended(started)).state).toBe('cancelled')
    await expectContent(path)
  })

  it.each<[string, () => Promise<string>, RegExp]>([
    ['a machine’s disk', async () => (await makeGuest(test, 'resident')).diskPath, /disk of “resident”/],
    ['the base of another image', () => baseOfAnother(), /is built on it/],
    ['a disk of a machine in the trash', () => trashed(), /“thrown”, which is in the trash/],
    ['only a link', () => linkTo(), /only a link to/],
  ])('is refused when it is %s, and a copy is offered', async (_what, make, words) => {
    const path = await make()
    const order = await orderOf(path, { name: 'refused' })
    const findings = await test.client.create.check(order)
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        field: 'source',
        message: { english: expect.stringMatching(words) as string },
        suggestion: { source: { ...sourceOf(path), disk: 'copy' } },
      },
    ])
    await expect(test.client.create.start(order)).rejects.toMatchObject({ data: { field: 'source' } })
    expect(await isThere(path)).toBe(true)
  })

  async function baseOfAnother(): Promise<string> {
    const path = await image('base.qcow2')
    // In no pool: known only as what a machine’s disk is built on.
    const overlay = join(folder, 'over.qcow2')
    await qemuImg('create', '-q', '-f', 'qcow2', '-b', path, '-F', 'qcow2', overlay)
    await makeGuest(test, 'above', {
      edit: ({ devices }) => {
        const [disk] = devices.disks
        if (disk !== undefined) disk.source.file = overlay
      },
    })
    return path
  }
  async function trashed(): Promise<string> {
    const { uuid, diskPath } = await makeGuest(test, 'thrown')
    const job = await test.ended(test.client.machines.remove({ hostId, uuid, choice: 'trash' }))
    expect(job).toMatchObject({ state: 'done' })
    return diskPath
  }
  async function linkTo(): Promise<string> {
    const path = join(folder, 'link.qcow2')
    await rm(path, { force: true })
    await symlink(await image('linked.qcow2'), path)
    return path
  }
})
