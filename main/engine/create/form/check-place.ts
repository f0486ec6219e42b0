import type { Network } from '@strata/contract/networks.ts'
import type { Pool } from '@strata/contract/storage.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../../hosts/host.ts'
import type { BridgeHelper } from '../../networks/bridge-helper.ts'
import { checkDisks } from './check-disks.ts'
import { checkName } from './check-name.ts'
import { checkNetworks } from './check-networks.ts'
import { checkPool } from './check-pool.ts'
import type { Finding, PartialForm } from './findings.ts'
import type { HostLinks } from '../../networks/host-links.ts'

/** A volume as the checks need it. */
export interface KnownVolume {
  readonly name: string
  readonly path: string
  readonly format: string | null
  readonly capacityBytes: number
}

/** What is on the host already, for the checks of name, storage and network. */
export interface HostThings {
  /** Where a bridge would be made. */
  readonly host: Pick<Host, 'id' | 'programs' | 'login'>
  readonly hostLabel: string
  /** Its machines are those of a user's own daemon. */
  readonly isSession: boolean
  readonly machineNames: ReadonlySet<string>
  /** Of images that are to become disks of the machine, by path: why they must not, as a sentence. */
  readonly neededElsewhere: ReadonlyMap<string, Said>
  readonly pools: readonly Pool[]
  readonly networks: readonly Network[]
  /** Of the pools that the form names, by their uuid. */
  readonly volumes: ReadonlyMap<string, readonly KnownVolume[]>
  /** Where the default pool would be made; null: Strata cannot make one there. */
  readonly defaultPoolFolder: string | null
  /** Null: they cannot be seen from here. */
  readonly links: HostLinks | null
  /** Null: its machines need none, or it cannot be seen from here. */
  readonly helper: BridgeHelper | null
  /** What a disk has at least: of the image that it is made from, and of the system on it. */
  readonly leastDisk: {
    readonly imageBytes: number | null
    readonly systemBytes: number | null
    readonly systemName: string | Said
  }
}

export function checkPlace(form: PartialForm, things: HostThings): Finding[] {
  return [
    ...checkName(form, things),
    ...checkPool(form, things),
    ...checkDisks(form, things),
    ...checkNetworks(form, things),
  ]
}
