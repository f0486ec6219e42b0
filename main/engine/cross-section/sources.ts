import type { HostFacts } from '@strata/contract/hosts.ts'
import type { Machine } from '@strata/contract/machines.ts'
import type { HostLoad } from '@strata/contract/monitoring.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { Pool } from '@strata/contract/storage.ts'
import type { DomainXml } from 'node-libvirt/xml'

import type { GuestFacts } from '../guest/guest-facts.ts'
import type { AgentState } from '../hosts/machine-definition.ts'
import type { MachineSample } from '../monitoring/machine-meter.ts'

/** A disk or drive of the machine with what its files really take. */
export interface DiskPicture {
  readonly target: string
  readonly device: 'disk' | 'cdrom' | 'floppy' | 'lun'
  /** Null: an empty drive, or not a file of the host. */
  readonly path: string | null
  readonly format: string | null
  /** Images in its chain, itself included; null: not known. */
  readonly layers: number | null
  readonly capacityBytes: number | null
  /** Room that the whole chain takes; null: not known. */
  readonly allocationBytes: number | null
  /** True: looked for on this computer, and not there. */
  readonly isMissing: boolean
  readonly poolUuid: string | null
}

/** Where a folder of this computer really is. */
export interface StorageDevice {
  /** 'nvme0n1p2', or what is mounted where it is no device. */
  readonly name: string
  readonly fileSystem: string
  readonly mountPoint: string
  readonly totalBytes: number
  readonly availableBytes: number
}

/** A network card of this computer, or what stands for one. */
export interface NetworkDevice {
  readonly name: string
  readonly isUp: boolean
  readonly speedMbitPerS: number | null
}

export interface HardwarePicture {
  /** By folder. */
  readonly storage: ReadonlyMap<string, StorageDevice>
  /** The device of the default route; null: none, or another computer's. */
  readonly route: NetworkDevice | null
  /** Cards that are plugged into a bridge, by the bridge's name. */
  readonly bridgePorts: ReadonlyMap<string, readonly NetworkDevice[]>
}

/** Everything that a cross-section is made of. */
export interface CrossSectionSources {
  readonly machine: Machine
  /** As it runs, else as it is defined; null: not read yet. */
  readonly definition: DomainXml | null
  readonly disks: readonly DiskPicture[]
  readonly sample: MachineSample | null
  readonly agent: AgentState
  /** Null: nobody answered yet. */
  readonly guest: GuestFacts | null
  readonly host: {
    readonly isThisComputer: boolean
    readonly label: string
    readonly facts: HostFacts | null
    readonly load: HostLoad | null
    readonly machines: readonly Machine[]
    readonly networks: readonly Network[]
    readonly pools: readonly Pool[]
  }
  readonly hardware: HardwarePicture
}
