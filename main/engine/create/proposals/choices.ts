import { diskBuses, firmwares, type CreationDefaults, type NewMachine } from '@strata/contract/create.ts'

import type { HostRoom } from '../form/host-room.ts'
import type { SourceFacts } from './source-facts.ts'

/** What this host can give, and, where it cannot, why. */
export function hostChoices({ abilities, hostLabel }: HostRoom, { setup }: SourceFacts): CreationDefaults['choices'] {
  const { videos, cpuModels, hasTpm } = abilities.of(undefined)
  const busesOfAny = new Set([undefined, ...abilities.machineTypes].flatMap((type) => abilities.of(type).diskBuses))
  return {
    firmwares: firmwares.map((value) => ({ value, reason: whyNoFirmware(value, { abilities, hostLabel }) })),
    machineTypes: [...abilities.machineTypes],
    cpuModels: [...cpuModels],
    videos: [...videos],
    diskBuses: diskBuses.filter((bus) => busesOfAny.has(bus)),
    tpm: hasTpm ? null : `${hostLabel} has no program that plays a TPM (package swtpm).`,
    setup,
  }
}

/** Null: it can be had, on one machine type at least. */
export function whyNoFirmware(
  firmware: NewMachine['firmware'],
  { abilities, hostLabel }: Pick<HostRoom, 'abilities' | 'hostLabel'>,
): string | null {
  const isPc = abilities.machineTypes.includes('q35') || abilities.machineTypes.includes('pc')
  const { hasUefi, hasSecureBoot } = abilities.of(undefined)
  switch (firmware) {
    case 'bios':
      return isPc ? null : 'There is no BIOS on this architecture.'
    case 'uefi':
      return hasUefi ? null : `${hostLabel} has no UEFI firmware for machines (package ovmf).`
    case 'uefi-secure':
      if (!isPc) return 'Secure boot can be had on PCs only.'
      return hasSecureBoot ? null : `${hostLabel} has no UEFI firmware with secure boot (package ovmf).`
  }
}
