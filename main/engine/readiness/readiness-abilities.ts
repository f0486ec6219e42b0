import type { ReadinessCheck } from '@strata/contract/hosts.ts'
import type { InstallablePackage, Repair } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainCapabilitiesXml } from 'node-libvirt/xml'

import { repairs } from '../repairs/offered.ts'
import type { Host } from '../hosts/host.ts'
import type { HostSystem } from '../hosts/place/host-system.ts'

export interface HostAbilities {
  /** Null: libvirt does not say. */
  readonly iommu: boolean | null
  readonly domain: DomainCapabilitiesXml | null
  /** By 'total', 'free', 'buffers', 'cached'; null: not told. */
  readonly memoryKiB: Readonly<Record<string, number>> | null
  readonly hostMemoryKiB: number | null
}

const kibibyte = 1024
/** Less than this, and a machine of the usual size makes the host swap. */
const littleMemoryKiB = 1024 * 1024

/** What libvirt and QEMU can do here. */
export function capabilityChecks(
  host: Pick<Host, 'id'>,
  abilities: HostAbilities,
  system: HostSystem | null,
): ReadinessCheck[] {
  return [firmwareCheck(host, abilities, system), tpmCheck(host, abilities, system), iommuCheck(abilities)]
}

function firmwareCheck(host: Pick<Host, 'id'>, { domain }: HostAbilities, system: HostSystem | null): ReadinessCheck {
  const base = { id: 'firmware', title: say('readiness.uefiFirmware') }
  if (domain === null)
    return {
      ...base,
      level: 'unknown',
      finding: say('readiness.libvirtDoesNotTell'),
      effect: null,
      repairs: [],
    }
  const hasUefi = domain.loader.paths.length > 0
  if (!hasUefi) {
    return {
      ...base,
      level: 'limited',
      finding: say('readiness.noUefiFirmwareInstalled'),
      effect: say('readiness.machinesBootBiosSystems'),
      repairs: installing(host, system, ['ovmf']),
    }
  }
  const isSecure = domain.loader.secure.includes('yes')
  return {
    ...base,
    level: 'good',
    finding: isSecure ? say('readiness.uefiSecureBootAvailable') : say('readiness.uefiAvailable'),
    effect: null,
    repairs: [],
  }
}

function tpmCheck(host: Pick<Host, 'id'>, { domain }: HostAbilities, system: HostSystem | null): ReadinessCheck {
  const base = { id: 'tpm', title: say('readiness.emulatedTpm') }
  if (domain === null)
    return {
      ...base,
      level: 'unknown',
      finding: say('readiness.libvirtDoesNotTellWhether'),
      effect: null,
      repairs: [],
    }
  if (domain.devices.isTpmSupported === true && domain.devices.tpmBackends.includes('emulator')) {
    return { ...base, level: 'good', finding: say('readiness.machinesCanTpm'), effect: null, repairs: [] }
  }
  return {
    ...base,
    level: 'limited',
    finding: say('readiness.libvirtDoesNotFind'),
    effect: say('readiness.machinesNoTpmWindows'),
    repairs: installing(host, system, ['swtpm', 'swtpm-tools']),
  }
}

function iommuCheck({ iommu }: HostAbilities): ReadinessCheck {
  const base = { id: 'iommu', title: say('readiness.passingDevicesIommu'), repairs: [] }
  if (iommu === null)
    return { ...base, level: 'unknown', finding: say('readiness.libvirtDoesNotTellWhetherThere'), effect: null }
  if (iommu) return { ...base, level: 'good', finding: say('readiness.theIommuIsOn'), effect: null }
  return {
    ...base,
    level: 'limited',
    finding: say('readiness.iommuOffOrThere'),
    effect: say('readiness.graphicsOtherPciCards'),
  }
}

export function memoryCheck({ memoryKiB, hostMemoryKiB }: HostAbilities): ReadinessCheck {
  const base = { id: 'memory', title: say('readiness.memory'), repairs: [] }
  if (memoryKiB === null) return { ...base, level: 'unknown', finding: say('readiness.hostDoesNotTell'), effect: null }
  const freeKiB = (memoryKiB['free'] ?? 0) + (memoryKiB['buffers'] ?? 0) + (memoryKiB['cached'] ?? 0)
  const whole = memoryKiB['total'] ?? hostMemoryKiB ?? 0
  const finding = say('readiness.canGivenMachinesNow', { free: freeKiB * kibibyte, whole: whole * kibibyte })
  if (freeKiB >= littleMemoryKiB) return { ...base, level: 'good', finding, effect: null }
  return {
    ...base,
    level: 'limited',
    finding,
    effect: say('readiness.anotherMachineMakeComputer'),
  }
}

/** By a button where this user may, else as a line for a terminal; nothing for another computer, where it is not known how. */
export function installing(
  host: Pick<Host, 'id'>,
  system: HostSystem | null,
  packages: readonly InstallablePackage[],
): Repair[] {
  return repairs.installPackages(host.id, packages, system)
}
