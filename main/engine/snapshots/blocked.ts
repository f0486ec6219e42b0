import type { Machine } from '@strata/contract/machines.ts'
import type { Snapshot } from '@strata/contract/snapshots.ts'

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
export function takeBlocked(ground: PointGround, kinds: readonly Kind[]): string | null {
  const { machine, disks, isTestDriver } = ground
  return (
    stateBlocks(machine) ??
    (isTestDriver ? null : (disksBlock(heldDisks(disks)) ?? firmwareBlocks(ground))) ??
    (kinds.some((kind) => kind !== 'internal')
      ? 'This machine has restore points in files beside its disks, made by another program. The two kinds cannot be mixed safely.'
      : null)
  )
}

function stateBlocks(machine: PointGround['machine']): string | null {
  if (!machine.persistent) return 'This machine disappears when it stops, and its restore points would go with it.'
  switch (machine.state) {
    case 'shutting-down':
      return 'The machine is shutting down. Wait until it is off.'
    case 'suspended':
      return 'The machine is asleep. Wake it first.'
    case 'unknown':
      return 'The state of this machine is not known.'
    case 'shut-off':
      return machine.hasSavedState
        ? 'The machine has a saved state, which a restore point would not hold. Start it, or discard the saved state.'
        : null
    default:
      return null
  }
}

function disksBlock(disks: readonly PointDisk[]): string | null {
  if (disks.length === 0) return 'This machine has no disk that could hold a restore point.'
  const transient = disks.find((disk) => disk.transient)
  if (transient !== undefined)
    return `The changes of disk ${transient.targetDev} are thrown away when the machine stops, so it cannot be kept.`
  const unfit = disks.find((disk) => !disk.isFile || disk.format !== 'qcow2')
  if (unfit === undefined) return null
  if (!unfit.isFile) return `Disk ${unfit.targetDev} is not a file. Restore points need disks in qcow2 files.`
  return `Disk ${unfit.targetDev} is in the format ${unfit.format ?? 'raw'}, which cannot hold restore points. Only qcow2 can.`
}

function firmwareBlocks({ machine, spellsOutFirmware, libvirtVersion }: PointGround): string | null {
  if (machine.firmware !== 'uefi' || versionAtLeast(libvirtVersion, '10.10.0')) return null
  if (spellsOutFirmware)
    return `The definition of this machine names the files of its UEFI itself, and libvirt ${libvirtVersion} keeps no such machine (10.10 can). With <os firmware='efi'> and no <loader>, it could be kept while it is off.`
  if (!isActive(machine.state)) return null
  return `libvirt ${libvirtVersion} cannot keep a UEFI machine while it runs (10.10 can). Shut it down first.`
}

/** A point, as far as it decides what can be done with it. */
export interface PointFacts {
  readonly name: string
  readonly kind: Kind
  /** What its disks and images have against going back; null: nothing that can be seen. */
  readonly disksBlock: string | null
}

export function revertBlocked(
  { machine, libvirtVersion, isTestDriver }: PointGround,
  { name, kind, disksBlock: disksInTheWay }: PointFacts,
): string | null {
  if (kind !== 'internal' && !isTestDriver && !versionAtLeast(libvirtVersion, '9.9.0')) {
    return `This point lies in files beside the disks. libvirt ${libvirtVersion} cannot go back to such a point (9.9 can).`
  }
  if (kind === 'mixed') return 'This point lies half inside the disks and half beside them. Strata does not touch it.'
  // Measured with QEMU 7.2: it looks for a point of that number first, and would go back to another one.
  if (!isTestDriver && /^\d+$/.test(name))
    return 'QEMU takes a name of digits for the number of a point, and could go back to another one.'
  if (machine.state === 'shutting-down') return 'The machine is shutting down. Wait until it is off.'
  if (machine.state === 'unknown') return 'The state of this machine is not known.'
  // At the next start the saved memory would meet disks that it does not belong to.
  if (machine.hasSavedState)
    return 'The machine has a saved state that belongs to its present disks. Start it, or discard the saved state.'
  return disksInTheWay
}

/** @param twinsOn a disk whose image holds the point's name more than once */
export function removeBlocked({ machine }: PointGround, kind: Kind, twinsOn: string | null): string | null {
  if (kind !== 'internal') {
    return 'This point lies in files beside the disks, made by another program. Strata does not merge such files, as other points may need them.'
  }
  if (machine.state === 'shutting-down') return 'The machine is shutting down. Wait until it is off.'
  if (twinsOn !== null)
    return `The image of disk ${twinsOn} holds two points of this name, and libvirt would remove the older one. Remove the one that is not in libvirt’s list first.`
  return null
}
