import type { MachineSource } from '@strata/contract/create.ts'

/** What of the form says something for a source; the rest is not shown. */
export interface SourceFit {
  /** Processor, memory, cards and so on are ours to choose. libvirt XML brings its own. */
  readonly hardware: boolean
  /** The machine gets one disk of a size that can be chosen. */
  readonly ownDisk: boolean
  /** Something is made in a pool. */
  readonly pool: boolean
}

export function fitOf(source: MachineSource | null): SourceFit {
  switch (source?.kind) {
    case undefined:
    case 'iso':
    case 'cloud-image':
    case 'network-boot':
    case 'empty':
      return { hardware: true, ownDisk: true, pool: true }
    case 'disk-image':
      return { hardware: true, ownDisk: source.disk === 'copy', pool: true }
    case 'appliance':
    case 'template':
    case 'restore-point':
      return { hardware: true, ownDisk: false, pool: true }
    case 'definition':
      return { hardware: false, ownDisk: false, pool: false }
  }
}
