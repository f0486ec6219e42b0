import type { OsFirmware } from '@strata/contract/catalogue.ts'

import type { OsRecord } from './os-record.ts'

type Support = OsFirmware['uefi']

/** From when on a distribution's boot loader is signed, so that firmware with the usual keys starts it. */
const signedSince: Readonly<Record<string, string>> = {
  ubuntu: '2014-04-01',
  fedora: '2013-01-01',
  debian: '2019-07-01',
  rhel: '2014-06-01',
  centos: '2014-06-01',
  almalinux: '2021-03-01',
  rocky: '2021-06-01',
  ol: '2014-07-01',
  opensuse: '2013-11-01',
  sles: '2014-10-01',
  sled: '2014-10-01',
  sle: '2014-10-01',
  win: '2012-10-01',
}
const onlyUefi = new Set(['aarch64', 'riscv64'])
const x86 = new Set(['x86_64', 'i686'])

/** The database names firmware for few systems: the rest is told from the architecture and the release's age. */
export function firmwareOf(lineage: readonly OsRecord[], architectures: readonly string[]): OsFirmware[] {
  return architectures.map((architecture) => {
    const bios = stated(lineage, architecture, 'bios') ?? (x86.has(architecture) ? 'supported' : 'unsupported')
    const isSigned = lineage[0] !== undefined && architecture !== 'i686' && signs(lineage[0])
    const known = onlyUefi.has(architecture) || isSigned ? 'supported' : 'unknown'
    const uefi =
      stated(lineage, architecture, 'efi') ??
      (x86.has(architecture) || onlyUefi.has(architecture) ? known : 'unsupported')
    return {
      architecture,
      bios,
      uefi: bios === 'unsupported' && uefi === 'supported' ? 'required' : uefi,
      secureBoot: needsModernComputer(lineage) ? 'required' : secureBootOf(uefi, isSigned),
    }
  })
}

function secureBootOf(uefi: Support, isSigned: boolean): Support {
  if (uefi === 'unsupported') return 'unsupported'
  return isSigned ? 'supported' : 'unknown'
}

/** Windows 11 wants Secure Boot and a TPM 2.0; Windows Server and what came before do not. */
export function needsModernComputer([own]: readonly OsRecord[]): boolean {
  return own?.shortIds.includes('win11') === true
}

function stated(lineage: readonly OsRecord[], architecture: string, type: 'bios' | 'efi'): Support | null {
  for (const { firmware } of lineage) {
    const word = firmware.find((each) => each.architecture === architecture && each.type === type)
    if (word !== undefined) return word.supported ? 'supported' : 'unsupported'
  }
  return null
}

function signs({ distro, status, releasedOn }: OsRecord): boolean {
  const since = distro !== null && Object.hasOwn(signedSince, distro) ? signedSince[distro] : undefined
  if (since === undefined) return false
  return status === 'rolling' || (releasedOn !== null && releasedOn >= since)
}
