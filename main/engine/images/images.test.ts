import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import type { StoragePool, StorageVolume } from 'node-libvirt'
import { StorageVolumeXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { guestPool, makeGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 }) // real guests, on machines that may be busy

describe('images that are on a host', () => {
  let test: TestEngine
  let pool: StoragePool
  beforeAll(async () => {
    test = await startTestEngine()
    pool = await guestPool(test)
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const make = (name: string, backing?: string) =>
    pool.storageVolCreateXML(
      StorageVolumeXml.create({
        name,
        capacityBytes: 64 * 1024 ** 2,
        target: { format: 'qcow2' },
        ...(backing === undefined ? {} : { backingStore: { path: backing, format: 'qcow2' } }),
      }).toString(),
    )
  const listed = async (imageId: string) =>
    (await test.client.images.list({ hostId })).find((each) => each.imageId === imageId)
  const remove = (imageId: string) => test.client.images.remove({ hostId, imageId, poolUuid: pool.uuid })
  const nameOf = (id: string, digest = 'c0ffee00') => `strata-image-${id}-${digest}.qcow2`

  /** A machine whose disk is built on the image. */
  async function makeUser(name: string, base: StorageVolume) {
    const overlay = await make(`${name}-overlay.qcow2`, await base.getPath())
    const path = await overlay.getPath()
    return makeGuest(test, name, {
      edit: (definition) => {
        const [disk] = definition.devices.disks
        if (disk !== undefined) disk.source.file = path
      },
    })
  }

  it('come first in the list, for the kind of computer that the host is', async () => {
    const before = await test.client.images.list({ hostId })
    expect(new Set(before.map(({ architecture }) => architecture))).toEqual(new Set(['x86_64']))
    expect(before.every(({ state, usedBy }) => state === 'remote' && usedBy.length === 0)).toBe(true)
    const base = await make(nameOf('debian-12-amd64'))
    const [first] = await test.client.images.list({ hostId })
    expect(first).toMatchObject({
      imageId: 'debian-12-amd64',
      osId: 'debian12',
      state: 'here',
      capacityBytes: 64 * 1024 ** 2,
      poolUuid: pool.uuid,
      usedBy: [],
    })
    await base.delete()
  })

  it('are counted by the machines and by the loose images that build on them', async () => {
    const base = await make(nameOf('fedora-43-amd64'))
    await makeUser('first', base)
    const { domain } = await makeUser('second', base)
    await make('left-over.qcow2', await base.getPath())
    expect(await listed('fedora-43-amd64')).toMatchObject({ usedBy: ['first', 'left-over.qcow2', 'second'] })
    await domain.create() // the chain of a running guest says the same
    expect(await listed('fedora-43-amd64')).toMatchObject({ usedBy: ['first', 'left-over.qcow2', 'second'] })
  })

  it('stay while something builds on them, and say what', async () => {
    await expect(remove('fedora-43-amd64')).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('“first”, “left-over.qcow2”, “second”') as string,
    })
    expect(await listed('fedora-43-amd64')).toMatchObject({ state: 'here' })
  })

  it('stay when a machine goes that was built on them', async () => {
    const domains = await test.libvirt.listAllDomains()
    const uuid = domains.find(({ name }) => name === 'first')?.uuid ?? ''
    const { files } = await test.client.machines.planDeletion({ hostId, uuid })
    const fates: Record<string, string> = Object.fromEntries(files.map(({ path, fate }) => [basename(path), fate]))
    expect(fates['first-overlay.qcow2']).toBe('delete')
    expect(fates[nameOf('fedora-43-amd64')]).toBe('keep')
    await test.ended(test.client.machines.remove({ hostId, uuid, choice: 'delete-disks' }))
    expect(await listed('fedora-43-amd64')).toMatchObject({ state: 'here', usedBy: ['left-over.qcow2', 'second'] })
  })

  it('can be removed once nothing builds on them', async () => {
    await make(nameOf('rocky-9-amd64'))
    await remove('rocky-9-amd64')
    expect(await listed('rocky-9-amd64')).toMatchObject({ state: 'remote', poolUuid: null })
    await expect(remove('rocky-9-amd64')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('give up an older version that nothing builds on, and keep the one that something does', async () => {
    const used = await make(nameOf('fedora-44-amd64', '11111111'))
    await makeUser('third', used)
    await make(nameOf('fedora-44-amd64', '22222222'))
    await remove('fedora-44-amd64')
    const names = (await pool.listAllVolumes()).map(({ name }) => name)
    expect(names).toContain(nameOf('fedora-44-amd64', '11111111'))
    expect(names).not.toContain(nameOf('fedora-44-amd64', '22222222'))
  })

  it('say how much of them has arrived where a download was broken off, and that can be thrown away', async () => {
    const folder = join(test.folders.cacheDir, 'images')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'debian-13-amd64.part'), Buffer.alloc(3000))
    expect(await listed('debian-13-amd64')).toMatchObject({ state: 'partly-here', arrivedBytes: 3000 })
    await test.client.images.discard({ hostId, imageId: 'debian-13-amd64' })
    expect(await listed('debian-13-amd64')).toMatchObject({ state: 'remote', arrivedBytes: 0 })
  })

  it('are not taken for whole when they were left in the middle of their way', async () => {
    const half = StorageVolumeXml.create({ name: nameOf('almalinux-9-amd64'), capacityBytes: 1024 ** 2 })
    await pool.storageVolCreateXML(half.toString())
    expect(await listed('almalinux-9-amd64')).toMatchObject({ state: 'remote' })
  })
})
