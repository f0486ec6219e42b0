import type { Machine } from '@strata/contract/machines.ts'
import type { Snapshot } from '@strata/contract/snapshots.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { versionAtLeast } from '../libvirt-version.ts'

/** A disk as far as restore points are concerned. */
export interface PointDisk {
  readonly targetDev: string
  readonly device: string
  readonly format: string | null
  readonly readOnly: boolean
  /** Its changes are thrown away when the machine stops. */
  readonly transient: boolean
  /** A file or volume; false: a device of the host or a disk over the network. */
  readonly isFile: boolean
}

/** All that decides whether a point can be taken, gone back to or removed. */
export interface PointGround {
  readonly machine: Pick<Machine, 'state' | 'persistent' | 'hasSavedState' | 'firmware'>
  readonly disks: readonly PointDisk[]
  /** The stored definition names the firmware's files itself, rather than leave them to libvirt. */
  readonly spellsOutFirmware: boolean
  readonly libvirtVersion: string
  /** libvirt's test driver keeps points without disks. */
  readonly isTestDriver: boolean
}

type Kind = Snapshot['kind']

/** Disks whose content a point has to hold. */
export const heldDisks = (disks: readonly PointDisk[]) =>
  disks.filter((disk) => disk.device === 'disk' && !disk.readOnly)

export const isActive = (state: Machine['state']) => state !== 'shut-off' && state !== 'crashed' && state !== 'unknown'

/** What a point taken now would hold: a machine that runs is kept with its memory, so that it goes on where it was. */
export const takeHolds = (state: Machine['state']): Snapshot['holds'] =>
  isActive(state) ? 'disks-and-memory' : 'disks'

// Measured with libvirt 9.0 and QEMU 7.2. One kind of point a chain: what lies inside the images cannot be mixed with
// files beside them without losing one or the other.
export function takeBlocked(ground: PointGround, kinds: readonly Kind[]): Said | null {
  const { machine, disks, isTestDriver } = ground
  return (
    stateBlocks(machine) ??
    (isTestDriver ? null : (disksBlock(heldDisks(disks)) ?? firmwareBlocks(ground))) ??
    (kinds.some((kind) => kind !== 'internal') ? say('snapshots.machineRestorePointsFiles') : null)
  )
}

function stateBlocks(machine: PointGround['machine']): Said | null {
  if (!machine.persistent) return say('snapshots.machineDisappearsWhenStops')
  switch (machine.state) {
    case 'shutting-down':
      return say('snapshots.machineShuttingDownWait')
    case 'suspended':
      return say('snapshots.machineAsleepWakeFirst')
    case 'unknown':
      return say('snapshots.stateMachineNotKnown')
    case 'shut-off':
      return machine.hasSavedState ? say('snapshots.machineSavedStateRestore') : null
    default:
      return null
  }
}

function disksBlock(disks: readonly PointDisk[]): Said | null {
  if (disks.length === 0) return say('snapshots.machineNoDiskCould')
  const transient = disks.find((disk) => disk.transient)
  if (transient !== undefined) return say('snapshots.changesDiskThrownAway', { targetDev: transient.targetDev })
  const unfit = disks.find((disk) => !disk.isFile || disk.format !== 'qcow2')
  if (unfit === undefined) return null
  if (!unfit.isFile) return say('snapshots.diskNotFileRestore', { targetDev: unfit.targetDev })
  return say('snapshots.diskFormatCannotHold', { targetDev: unfit.targetDev, format: unfit.format ?? 'raw' })
}

function firmwareBlocks({ machine, spellsOutFirmware, libvirtVersion }: PointGround): Said | null {
  if (machine.firmware !== 'uefi' || versionAtLeast(libvirtVersion, '10.10.0')) return null
  if (spellsOutFirmware) return say('snapshots.definitionMachineNamesFiles', { libvirtVersion })
  if (!isActive(machine.state)) return null
  return say('snapshots.libvirtCannotKeepUefi', { libvirtVersion })
}

/** A point, as far as it decides what can be done with it. */
export interface PointFacts {
  readonly name: string
  readonly kind: Kind
  /** What its disks and images have against going back; null: nothing that can be seen. */
  readonly disksBlock: Said | null
}

export function revertBlocked(
  { machine, libvirtVersion, isTestDriver }: PointGround,
  { name, kind, disksBlock: disksInTheWay }: PointFacts,
): Said | null {
  if (kind !== 'internal' && !isTestDriver && !versionAtLeast(libvirtVersion, '9.9.0')) {
    return say('snapshots.pointLiesFilesBeside', { libvirtVersion })
  }
  if (kind === 'mixed') return say('snapshots.pointLiesHalfInside')
  // Measured with QEMU 7.2: it looks for a point of that number first, and would go back to another one.
  if (!isTestDriver && /^\d+$/.test(name)) return say('snapshots.qemuTakesNameDigits')
  if (machine.state === 'shutting-down') return say('snapshots.machineShuttingDownWait')
  if (machine.state === 'unknown') return say('snapshots.stateMachineNotKnown')
  // At the next start the saved memory would meet disks that it does not belong to.
  if (machine.hasSavedState) return say('snapshots.machineSavedStateBelongs')
  return disksInTheWay
}

/** @param twinsOn a disk whose image holds the point's name more than once */
export function removeBlocked({ machine }: PointGround, kind: Kind, twinsOn: string | null): Said | null {
  if (kind !== 'internal') {
    return say('snapshots.pointLiesFilesBesideDisks')
  }
  if (machine.state === 'shutting-down') return say('snapshots.machineShuttingDownWait')
  if (twinsOn !== null) return say('snapshots.imageDiskHoldsTwo', { twinsOn })
  return null
}
