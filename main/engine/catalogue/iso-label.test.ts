import { expect, it } from 'vitest'

import { languageOf, readLabel } from './iso-label.ts'

it.each([
  ['Debian 13.1.0 amd64 n', 'debian', '13', 'x86_64'],
  ['Debian 12.5.0 arm64 1', 'debian', '12', 'aarch64'],
  ['d-live 13.0.0 gn amd64', 'debian', '13', 'x86_64'],
  ['Ubuntu-Server 24.04.2 LTS riscv', 'ubuntu', '24.04', 'riscv64'],
  ['Ubuntu 25.10 arm64', 'ubuntu', '25.10', 'aarch64'],
  ['Kubuntu 24.04.1 LTS amd64', 'ubuntu', '24.04', 'x86_64'],
  ['Fedora-S-dvd-x86_64-44', 'fedora', '44', 'x86_64'],
  ['Fedora-WS-Live-40-1-14', 'fedora', '40', null],
  ['AlmaLinux-10-0-x86_64-dvd', 'almalinux', '10', 'x86_64'],
  ['Rocky-10-0-aarch64-dvd', 'rocky', '10', 'aarch64'],
  ['CentOS-Stream-10-BaseOS-x86_64', 'centos', '10', 'x86_64'],
  ['RHEL-10-1-BaseOS-x86_64', 'rhel', '10.1', 'x86_64'],
  ['RHEL-9-4-0-BaseOS-x86_64', 'rhel', '9.4', 'x86_64'],
  ['Install-Leap-16.0-x86_64', 'opensuse', '16.0', 'x86_64'],
  ['alpine-virt 3.22.0 x86', 'alpinelinux', '3.22', 'i686'],
  ['15_0_RELEASE_AMD64_DVD', 'freebsd', '15.0', 'x86_64'],
  ['CCCOMA_X64FRE_EN-GB_DV9', 'win', null, 'x86_64'],
  ['CCCOMA_A64FRE_EN-GB_DV9', 'win', null, 'aarch64'],
])('%s names %s %s', (label, distro, version, architecture) => {
  expect(readLabel(label)).toMatchObject({ distro, version, architecture })
})

it('does not take photographs, or a label longer than there can be, for a system', () => {
  expect(readLabel('PHOTOS_2024')).toBeNull()
  expect(readLabel(`Debian 12.${'1'.repeat(100_000)}`)).toBeNull()
})

it('reads the language that Windows is in', () => {
  expect(languageOf('CCCOMA_X64FRE_EN-GB_DV9')).toBe('en-GB')
  expect(languageOf('GRMCNENVOL_EN_DVD')).toBeNull()
})
