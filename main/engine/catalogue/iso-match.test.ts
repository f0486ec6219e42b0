import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { IsoFacts } from '../disk-images/iso-image.ts'
import { Catalogue } from './catalogue.ts'

let folder: string
let catalogue: Catalogue

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'))
  catalogue = Catalogue.open({ cacheDir: folder, homeDir: folder, log: pino({ level: 'silent' }), environment: {} })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function facts(volumeId: string | null, more: Partial<IsoFacts> = {}): IsoFacts {
  const others = { systemId: null, publisherId: null, applicationId: null, volumeSizeBytes: 1024 ** 3 }
  return { ...others, bootsBios: true, bootsUefi: true, ...more, volumeId }
}

const linux = { systemId: 'LINUX' }
const microsoft = { publisherId: 'MICROSOFT CORPORATION' }
const suse = { systemId: 'LINUX', publisherId: 'SUSE LINUX GmbH' }
const freebsd = { systemId: 'FreeBSD' }

describe('real media', () => {
  it.each([
    ['Ubuntu-Server 22.04.3 LTS amd64', {}, 'ubuntu22.04', 'x86_64'],
    ['Ubuntu-Server 20.04.6 LTS amd64', {}, 'ubuntu20.04', 'x86_64'],
    ['Ubuntu-Server 24.04 LTS amd64', {}, 'ubuntu24.04', 'x86_64'],
    ['Ubuntu-Server 24.04.1 LTS arm64', {}, 'ubuntu24.04', 'aarch64'],
    ['Ubuntu 22.04.1 LTS amd64', {}, 'ubuntu22.04', 'x86_64'],
    ['Ubuntu 26.04 amd64', {}, 'ubuntu26.04', 'x86_64'],
    ['Edubuntu 24.04.1 LTS amd64', {}, 'ubuntu24.04', 'x86_64'],
    ['Debian 11.6.0 amd64 n', {}, 'debian11', 'x86_64'],
    ['Debian 12.5.0 amd64 n', {}, 'debian12', 'x86_64'],
    ['Debian 13.0.0 arm64 1', {}, 'debian13', 'aarch64'],
    ['d-live 13.0.0 gn amd64', {}, 'debian13', 'x86_64'],
    ['Debian testing amd64 n', {}, 'debiantesting', 'x86_64'],
    ['Fedora-S-dvd-x86_64-37', linux, 'fedora37', 'x86_64'],
    ['Fedora-S-dvd-x86_64-39', linux, 'fedora39', 'x86_64'],
    ['Fedora-E-dvd-aarch64-42', linux, 'fedora42', 'aarch64'],
    ['Fedora-WS-Live-41-1-4', linux, 'fedora41', null],
    ['AlmaLinux-9-3-x86_64-dvd', linux, 'almalinux9', 'x86_64'],
    ['AlmaLinux-10-0-x86_64-dvd', linux, 'almalinux10', 'x86_64'],
    ['Rocky-10-0-x86_64-dvd', linux, 'rocky10', 'x86_64'],
    ['CentOS-Stream-9-BaseOS-x86_64', linux, 'centos-stream9', 'x86_64'],
    ['CentOS-Stream-10-BaseOS-x86_64', linux, 'centos-stream10', 'x86_64'],
    ['RHEL-9-0-0-BaseOS-x86_64', linux, 'rhel9.0', 'x86_64'],
    ['RHEL-10-0-BaseOS-x86_64', linux, 'rhel10.0', 'x86_64'],
    ['openSUSE-Leap-15.4-DVD-x86_64246.1', suse, 'opensuse15.4', 'x86_64'],
    ['openSUSE-Leap-15.6-DVD-x86_64710.3', suse, 'opensuse15.6', 'x86_64'],
    ['Install-Leap-16.0-x86_64', linux, 'opensuse16.0', 'x86_64'],
    ['ARCH_202212', {}, 'archlinux', null],
    ['alpine-std 3.17.0 x86_64', linux, 'alpinelinux3.17', 'x86_64'],
    ['alpine-virt 3.22.0 x86_64', linux, 'alpinelinux3.22', 'x86_64'],
    ['13_1_RELEASE_AMD64_DVD', freebsd, 'freebsd13.1', 'x86_64'],
    ['14_2_RELEASE_AMD64_CD', freebsd, 'freebsd14.2', 'x86_64'],
    ['CCCOMA_X64FRE_EN-GB_DV9', microsoft, 'win11', 'x86_64'],
    ['SSS_X64FREE_EN-US_DV9', microsoft, 'win2k25', 'x86_64'],
    ['nixos-22.05-x86_64', {}, 'nixos-22.05', 'x86_64'],
  ] as const)('%s', async (label, others, osId, architecture) => {
    const match = await catalogue.detectIso(facts(label, others))
    expect(match).toMatchObject({ os: { osId } })
    expect(match?.certainty).not.toBe('guess')
    if (architecture !== null) expect(match?.architecture).toBe(architecture)
  })
})

describe('a release that nobody knew yet', () => {
  it.each([
    ['Debian 14.0.0 amd64 n', {}, 'debian13', 'install.amd/vmlinuz'],
    ['Ubuntu-Server 27.04 amd64', {}, 'ubuntu26.04', 'casper/vmlinuz'],
    ['RHEL-8-10-0-BaseOS-x86_64', linux, 'rhel8.7', 'isolinux/vmlinuz'],
    ['14_4_RELEASE_AMD64_DVD', freebsd, 'freebsd14.3', null],
    ['Linux Mint 22 Cinnamon 64-bit', {}, 'ubuntu26.04', 'casper/vmlinuz'],
  ] as const)(
    '%s is taken for the last one before it, and marked as a guess',
    async (label, others, osId, kernelPath) => {
      expect(await catalogue.detectIso(facts(label, others))).toMatchObject({
        os: { osId },
        certainty: 'guess',
        kernelPath,
      })
    },
  )
})

describe('what a medium understands', () => {
  const kindsOf = async (label: string, others: Partial<IsoFacts> = {}) => {
    const match = await catalogue.detectIso(facts(label, others))
    return [...new Set(match?.installScripts.map(({ kind }) => kind))]
  }

  it("is autoinstall on Ubuntu's servers of today, and on its desktops since 24.04", async () => {
    expect(await kindsOf('Ubuntu-Server 22.04.3 LTS amd64')).toEqual(['autoinstall'])
    expect(await kindsOf('Ubuntu-Server 24.04 LTS amd64')).toEqual(['autoinstall'])
    expect(await kindsOf('Ubuntu 24.04 LTS amd64')).toEqual(['autoinstall'])
    expect(await kindsOf('Ubuntu 22.04 LTS amd64')).toEqual(['preseed'])
  })

  it('is nothing on a live medium that installs by copying itself', async () => {
    expect(await kindsOf('Fedora-WS-Live-41-1-4')).toEqual([])
    expect(await kindsOf('d-live 13.0.0 gn amd64')).toEqual([])
  })

  it('is the language of its family elsewhere', async () => {
    expect(await kindsOf('Debian 13.0.0 amd64 n')).toEqual(['preseed'])
    expect(await kindsOf('Fedora-S-dvd-x86_64-39')).toEqual(['kickstart'])
    expect(await kindsOf('AlmaLinux-10-0-x86_64-dvd')).toEqual(['kickstart'])
    expect(await kindsOf('openSUSE-Leap-15.6-DVD-x86_64710.3')).toEqual(['autoyast'])
    expect(await kindsOf('CCCOMA_X64FRE_EN-GB_DV9', microsoft)).toEqual(['windows-unattend'])
  })
})

it('names the other Windows whose media have the same label, the language and the restarts', async () => {
  const match = await catalogue.detectIso(facts('CCCOMA_X64FRE_EN-GB_DV9', microsoft))
  expect(match).toMatchObject({ language: 'en-GB', installerReboots: 2, certainty: 'medium' })
  expect(match?.alternatives.map(({ osId }) => osId)).toContain('win10')
})

it('does not say which variant it is where several have the same label', async () => {
  expect(await catalogue.detectIso(facts('Fedora-S-dvd-x86_64-37', linux))).toMatchObject({ variant: null })
  const workstation = await catalogue.detectIso(facts('Fedora-WS-Live-37-1-7', linux))
  expect(workstation).toMatchObject({ variant: { id: 'workstation' }, isLive: true })
})

it('takes the medium of the wanted architecture where several fit', async () => {
  const match = await catalogue.detectIso(facts('CCCOMA_X64FRE_EN-GB_DV9', microsoft), 'x86_64')
  expect(match?.architecture).toBe('x86_64')
})

it('says nothing of an ISO that names no system, or that nothing boots from', async () => {
  expect(await catalogue.detectIso(facts('PHOTOS'))).toBeNull()
  expect(await catalogue.detectIso(facts(null))).toBeNull()
  expect(await catalogue.detectIso(facts('Debian 14.0.0 amd64 2', { bootsBios: false, bootsUefi: false }))).toBeNull()
})
