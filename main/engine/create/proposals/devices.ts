import type { OsDevice } from '@strata/contract/catalogue.ts'
import type { CreationDefaults, DiskOptions, NewMachine, NicModel } from '@strata/contract/create.ts'

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

const driversReason = 'Quick; its driver is on the drivers’ CD.'

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
  if (brought !== null && can(brought)) return { value: brought, reason: `As in ${facts.brought?.from ?? ''}.` }
  const isDriven = drives(ground, 'virtio-blk', hasDriversMedia)
  if (can('ide') && (isDriven === false ? machineType === 'pc' : isDriven === null && isOld(ground)))
    return { value: 'ide', reason: `${systemName(ground)} is of the time of IDE, and finds it without a driver.` }
  if (isDriven === false)
    return { value: fallback, reason: `${systemName(ground)} finds it without a driver; virtio would be quicker.` }
  if (isDriven === null && facts.isForeign && can('sata'))
    return { value: 'sata', reason: 'It was made for another hypervisor; every system finds this.' }
  if (!can('virtio')) return { value: fallback, reason: 'The quickest that this host can give.' }
  return { value: 'virtio', reason: isWindows(ground.os?.osId) ? driversReason : 'The quickest.' }
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
  if (brought !== undefined) return { value: brought, reason: `As in ${ground.facts.brought?.from ?? ''}.` }
  const isDriven = drives(ground, 'virtio-net', hasDriversMedia)
  if (isDriven === true)
    return { value: 'virtio', reason: isWindows(ground.os?.osId) ? driversReason : 'The quickest.' }
  if (isDriven === null) {
    return ground.facts.isForeign
      ? { value: 'e1000e', reason: 'It was made for another hypervisor; nearly every system finds this.' }
      : { value: 'virtio', reason: 'The quickest; every newer Linux finds it.' }
  }
  const reason = `${systemName(ground)} finds it without a driver.`
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
    return { value: brought, reason: `As in ${facts.brought?.from ?? ''}.` }
  if (machineType === 'virt' && videos.includes('virtio'))
    return { value: 'virtio', reason: 'The one that firmware on this architecture shows.' }
  if (wishes.hasDesktop && videos.includes('virtio') && drives(ground, 'virtio-gpu', hasDriversMedia) === true)
    return { value: 'virtio', reason: 'Its screen changes its size with the window.' }
  if (videos.includes('vga'))
    return { value: 'vga', reason: 'Every system shows something on it, from the first text on.' }
  const [other = 'none'] = videos
  return { value: other, reason: 'The one that this host can give.' }
}

export function proposeSound({ wishes }: ProposalGround, machineType: MachineType): Proposed<NewMachine['sound']> {
  if (!wishes.hasDesktop || machineType === 'virt') return { value: 'none', reason: 'Nothing here would play any.' }
  return {
    value: machineType === 'q35' ? 'ich9' : 'ich6',
    reason: 'Programs of a desktop expect a sound card. The window does not play it.',
  }
}
