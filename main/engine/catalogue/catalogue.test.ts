import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { os as osShape, osCloudImage, osSummary } from '@strata/contract/catalogue.ts'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Catalogue, type CatalogueOptions } from './catalogue.ts'

let folder: string
let catalogue: Catalogue

function opened(options: Partial<CatalogueOptions> = {}): Catalogue {
  const log = pino({ level: 'silent' })
  const now = () => Date.parse('2026-03-01')
  return Catalogue.open({ cacheDir: folder, homeDir: folder, log, environment: {}, now, ...options })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'))
  catalogue = opened()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const gibibyte = 1024 ** 3
const resourcesOn = async (osId: string, architecture: string) =>
  (await catalogue.os(osId))?.resources.find((each) => each.architecture === architecture)

describe('the database that distributions carry', () => {
  it('is read whole, and everything fits the contract', async () => {
    const state = await catalogue.state()
    expect(state.osCount).toBeGreaterThan(790)
    expect(state.database).toMatchObject({ state: 'present', skippedFiles: 0 })
    for (const { osId } of await catalogue.search('linux', 200)) {
      expect(osShape.safeParse(await catalogue.os(osId)).error).toBeUndefined()
    }
  })

  it('finds a system by any of its names', async () => {
    const names = ['ubuntu22.04', 'ubuntujammy', 'http://ubuntu.com/ubuntu/22.04']
    for (const name of names)
      expect(await catalogue.os(name)).toMatchObject({ osId: 'ubuntu22.04', name: 'Ubuntu 22.04 LTS' })
    expect(await catalogue.os('plan9')).toBeNull()
  })

  it('gives what Ubuntu 22.04 needs on each architecture', async () => {
    const wanted = {
      minimum: { vcpuCount: 1, memoryKiB: 2 * 1024 ** 2, diskBytes: 10 * gibibyte },
      recommended: { memoryKiB: 4 * 1024 ** 2, diskBytes: 25 * gibibyte },
    }
    expect(await resourcesOn('ubuntu22.04', 'x86_64')).toMatchObject(wanted)
    expect(await resourcesOn('ubuntu22.04', 'aarch64')).toMatchObject(wanted)
    expect(await resourcesOn('ubuntu22.04', 'all')).toMatchObject(wanted)
  })

  it('gives what Windows 11 needs, also what only the database of today says in other words', async () => {
    const needs = await resourcesOn('win11', 'x86_64')
    expect(needs?.minimum).toEqual({ vcpuCount: 2, memoryKiB: 4 * 1024 ** 2, diskBytes: 64 * gibibyte })
    expect(needs?.recommended.memoryKiB ?? Infinity).toBeGreaterThanOrEqual(4 * 1024 ** 2)
    expect(await catalogue.os('win11')).toMatchObject({
      tpm: 'required',
      family: 'winnt',
      scriptKinds: ['windows-unattend'],
      firmware: [{ architecture: 'x86_64', bios: 'unsupported', uefi: 'required', secureBoot: 'required' }],
    })
  })

  it('inherits devices, and drops those that a later release does not take', async () => {
    const jammy = await catalogue.os('ubuntu22.04')
    expect(jammy).toMatchObject({ virtio: 'modern' })
    expect(jammy?.devices).toEqual(expect.arrayContaining(['virtio-blk', 'virtio-net', 'virtio-scsi', 'virtio-rng']))
    expect(jammy?.devices).not.toContain('virtio-gpu') // said of 22.04 itself
    const windows = await catalogue.os('win11')
    expect(windows?.devices).not.toContain('virtio-blk')
    expect(windows?.devicesWithDrivers).toContain('virtio-blk') // from Windows 10's drivers
  })

  it('knows the answer files of a system, and how they get in', async () => {
    const debian = await catalogue.os('debian11')
    expect(debian?.installScripts[0]).toEqual({
      kind: 'preseed',
      profile: 'jeos',
      fileName: 'preseed.cfg',
      injectionMethods: ['initrd'],
      needsInternet: true,
      requiredAnswers: ['admin-password'],
    })
    expect((await catalogue.os('ubuntu24.04'))?.scriptKinds).toEqual(['autoinstall'])
    expect((await catalogue.os('fedora37'))?.scriptKinds).toEqual(['kickstart'])
  })

  it('lists cloud images with their user, the newest first', async () => {
    const images = await catalogue.cloudImages()
    for (const image of images) expect(osCloudImage.safeParse(image).error).toBeUndefined()
    const jammy = images.find(
      ({ os, architecture, format }) => os.osId === 'ubuntu22.04' && architecture === 'x86_64' && format === 'qcow2',
    )
    expect(jammy).toMatchObject({ cloudInit: true, user: 'ubuntu' })
    const debians = images.filter(({ os }) => os.distro === 'debian').map(({ os }) => os.version)
    expect(debians.indexOf('13')).toBeLessThan(debians.indexOf('11'))
  })
})

describe('what came after the database', () => {
  it('takes after what it follows', async () => {
    const bookworm = await catalogue.os('debian12')
    expect(bookworm).toMatchObject({ uri: 'http://debian.org/debian/12', source: 'strata', support: 'supported' })
    expect(bookworm?.scriptKinds).toEqual(['preseed'])
    expect(bookworm?.devices).toContain('virtio-scsi')
    expect(await catalogue.os('debianbookworm')).toMatchObject({ osId: 'debian12' })
  })

  it('gives way to a database that knows it', async () => {
    expect(await catalogue.os('almalinux9')).toMatchObject({ source: 'osinfo-db' })
  })
})

describe('search', () => {
  const idsFor = async (text: string) => (await catalogue.search(text, 5)).map(({ osId }) => osId)

  it.each([
    ['ubuntu 22', 'ubuntu22.04'],
    ['win11', 'win11'],
    ['win 11', 'win11'],
    ['windows 11', 'win11'],
    ['deb 12', 'debian12'],
    ['debian', 'debian13'],
    ['Fedora', 'fedora43'],
    ['jammy', 'ubuntu22.04'],
    ['rocky 9', 'rocky9'],
    ['alma', 'almalinux10'],
    ['windows xp', 'winxp'],
    ['freebsd 14', 'freebsd14.3'],
  ])('%s finds %s first', async (text, osId) => {
    expect((await idsFor(text))[0]).toBe(osId)
  })

  it('puts what is still mended before what is not', async () => {
    const found = await catalogue.search('ubuntu', 200)
    const firstEnded = found.findIndex(({ support }) => support === 'ended')
    expect(found.slice(firstEnded).every(({ support }) => support === 'ended')).toBe(true)
    expect(found.slice(0, firstEnded).map(({ osId }) => osId)).toContain('ubuntu24.04')
  })

  it('finds nothing where a word is in no system, and the newest for no words', async () => {
    expect(await idsFor('ubuntu quux')).toEqual([])
    const newest = await catalogue.search('', 200)
    for (const each of newest) expect(osSummary.safeParse(each).error).toBeUndefined()
    expect(newest.every(({ support }) => support !== 'ended')).toBe(true)
    expect(newest.map(({ osId }) => osId)).toEqual(expect.arrayContaining(['debian13', 'ubuntu24.04', 'win11']))
  })
})

describe('without a database', () => {
  it('holds the list of its own, and says which package is missing', async () => {
    const bare = opened({ cacheDir: join(folder, 'bare'), environment: { OSINFO_SYSTEM_DIR: join(folder, 'nowhere') } })
    const { osCount, database } = await bare.state()
    expect(osCount).toBeGreaterThan(30)
    expect(database).toMatchObject({
      state: 'missing',
      repairs: [{ command: expect.stringContaining('osinfo-db') as string }],
    })
    expect(await bare.os('debian13')).toMatchObject({ scriptKinds: ['preseed'], virtio: 'modern' })
    expect(await bare.os('win11')).toMatchObject({ tpm: 'required', scriptKinds: ['windows-unattend'] })
    const blank = { systemId: null, publisherId: null, applicationId: null, volumeSizeBytes: 0 }
    const label = { ...blank, volumeId: 'CCCOMA_X64FRE_EN-GB_DV9', bootsBios: true, bootsUefi: true }
    expect(await bare.detectIso(label)).toMatchObject({ os: { osId: 'win11' }, language: 'en-GB' })
  })
})
