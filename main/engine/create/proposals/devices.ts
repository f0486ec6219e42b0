import type { OsDevice } from '@strata/contract/catalogue.ts'
import type { CreationDefaults, DiskOptions, NewMachine, NicModel } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import { isWindows, knowsUsb3 } from '../form/guest-family.ts'
import { systemName, type ProposalGround, type Proposed } from './proposal.ts'

type MachineType = NewMachine['machineType']

/** What a system has drivers for: by itself, with the drivers' CD, not at all; null: nobody says. */
function drives({ os }: ProposalGround, device: OsDevice, hasDriversMedia: boolean): boolean | null {
  if (os === null || (os.devices.length === 0 && os.virtio === 'none' && !isWindows(os.osId))) return null
  if (os.devices.includes(device)) return true
  if (!hasDriversMedia) return false
  // osinfo does not list them for the newer servers, but the CD has them for every Windows since 8.
  return os.devicesWithDrivers.includes(device) || (isWindows(os.osId) && knowsUsb3(os.osId))
}

/** When Linux got virtio's drivers, and Windows had SATA's. */
const virtioBeganMs = Date.UTC(2008, 0)

function isOld({ os }: ProposalGround): boolean {
  return os?.releasedAtMs != null && os.releasedAtMs < virtioBeganMs
}

const driversReason = say('create.quickDriverDriversCd')

export function proposeBus(
  ground: ProposalGround,
  hasDriversMedia: boolean,
  machineType: MachineType,
): Proposed<DiskOptions['bus']> {
  const { room, facts } = ground
  const { diskBuses } = room.abilities.of(machineType)
  const can = (bus: DiskOptions['bus']) => diskBuses.includes(bus)
  const fallback = can('sata') ? 'sata' : (diskBuses[0] ?? 'virtio')
  const brought = facts.brought?.diskBus ?? null
  if (brought !== null && can(brought))
    return { value: brought, reason: say('create.asIn', { from: facts.brought?.from ?? '' }) }
  const isDriven = drives(ground, 'virtio-blk', hasDriversMedia)
  if (can('ide') && (isDriven === false ? machineType === 'pc' : isDriven === null && isOld(ground)))
    return { value: 'ide', reason: say('create.timeIdeFindsWithout', { systemName: systemName(ground) }) }
  if (isDriven === false)
    return { value: fallback, reason: say('create.findsWithoutDriverVirtio', { systemName: systemName(ground) }) }
  if (isDriven === null && facts.isForeign && can('sata'))
    return { value: 'sata', reason: say('create.madeForAnotherHypervisor') }
  if (!can('virtio')) return { value: fallback, reason: say('create.quickestHostCanGive') }
  return { value: 'virtio', reason: isWindows(ground.os?.osId) ? driversReason : say('create.theQuickest') }
}

export function proposeDiskOptions(bus: Proposed<DiskOptions['bus']>): CreationDefaults['disk'] {
  return { value: { bus: bus.value, cache: 'default', allocation: 'thin' }, reason: bus.reason }
}

export function proposeNicModel(
  ground: ProposalGround,
  hasDriversMedia: boolean,
  machineType: MachineType,
): Proposed<NicModel> {
  const brought = ground.facts.brought?.nicModels?.[0]
  if (brought !== undefined)
    return { value: brought, reason: say('create.asIn', { from: ground.facts.brought?.from ?? '' }) }
  const isDriven = drives(ground, 'virtio-net', hasDriversMedia)
  if (isDriven === true)
    return { value: 'virtio', reason: isWindows(ground.os?.osId) ? driversReason : say('create.theQuickest') }
  if (isDriven === null) {
    return ground.facts.isForeign
      ? { value: 'e1000e', reason: say('create.madeForAnotherHypervisorNearly') }
      : { value: 'virtio', reason: say('create.quickestEveryNewerLinux') }
  }
  const reason = say('create.findsWithoutDriver', { systemName: systemName(ground) })
  const known = (['e1000e', 'e1000', 'rtl8139'] as const).find((model) => drives(ground, model, false) === true)
  return { value: known ?? (machineType === 'pc' ? 'rtl8139' : 'e1000e'), reason }
}

export function proposeVideo(
  ground: ProposalGround,
  hasDriversMedia: boolean,
  machineType: MachineType,
): Proposed<NewMachine['video']> {
  const { room, facts, wishes } = ground
  const { videos } = room.abilities.of(machineType)
  const brought = facts.brought?.video ?? null
  if (brought !== null && videos.includes(brought))
    return { value: brought, reason: say('create.asIn', { from: facts.brought?.from ?? '' }) }
  if (machineType === 'virt' && videos.includes('virtio'))
    return { value: 'virtio', reason: say('create.oneFirmwareArchitectureShows') }
  if (wishes.hasDesktop && videos.includes('virtio') && drives(ground, 'virtio-gpu', hasDriversMedia) === true)
    return { value: 'virtio', reason: say('create.screenChangesSizeWindow') }
  if (videos.includes('vga')) return { value: 'vga', reason: say('create.everySystemShowsSomething') }
  const [other = 'none'] = videos
  return { value: other, reason: say('create.oneHostCanGive') }
}

export function proposeSound({ wishes }: ProposalGround, machineType: MachineType): Proposed<NewMachine['sound']> {
  if (!wishes.hasDesktop || machineType === 'virt') return { value: 'none', reason: say('create.nothingHerePlayAny') }
  return {
    value: machineType === 'q35' ? 'ich9' : 'ich6',
    reason: say('create.programsDesktopExpectSound'),
  }
}
