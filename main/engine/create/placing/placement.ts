import type { NewMachine } from '@strata/contract/create.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { EngineParts } from '../../engine-parts.ts'
import type { Host } from '../../hosts/host.ts'
import type { JobControl } from '../../jobs/job-control.ts'
import type { Installation } from '../../definitions/strata-metadata.ts'
import type { DirectBoot, PlacedDisk } from '../definition/definition.ts'

export type CreationParts = Pick<
  EngineParts,
  'hosts' | 'jobs' | 'folders' | 'history' | 'images' | 'catalogue' | 'log' | 'closing' | 'fileUsers'
>

/** An order whose pool is there. */
export type PlacedOrder = NewMachine & { readonly poolUuid: string }

/** What placing a source is given. */
export interface PlaceContext {
  readonly parts: CreationParts
  readonly host: Host
  readonly wanted: PlacedOrder
  readonly machine: MachineRef
  /** Of the first network card, chosen before the machine is defined: what is set up inside names the card by it. Null: it has none. */
  readonly macAddress: string | null
  /** What the machine's files begin with: free in the pool with every ending that Strata gives. */
  readonly stem: string
  /** Names of all volumes in the pool, as they were when the job began. */
  readonly taken: ReadonlySet<string>
  readonly job: JobControl
}

/** What a machine was made from, as it lies on the host now. */
export interface Placement {
  /** What is booted, or lies beside it; the machine's own empty disk is made apart. */
  readonly disks: readonly PlacedDisk[]
  /** What lies in the CD drives, the installation medium first; null: an empty drive. */
  readonly cdroms: readonly (string | null)[]
  /** Small discs that Strata wrote: a seed, answers. */
  readonly seeds: readonly string[]
  readonly directBoot: DirectBoot | null
  /** What is taken away when the system is installed; drives are told when the definition is known. */
  readonly installation: Omit<Installation, 'drives'> | null
  /** Whether the medium waits for a key before it boots, and gives way to the disk when none comes. */
  readonly asksForKey: boolean
  /** What the source is called, for the machine's origin. */
  readonly sourceName: string | Said
  /** Facts for the history, a sentence each. */
  readonly notes: readonly Said[]
  /** How the disks were made, as lines for a terminal. */
  readonly commands: readonly string[]
  /** What is only done when the machine is there and nothing can fail any more; gives further facts. Null: nothing is. */
  readonly settle: (() => Promise<readonly Said[]>) | null
}

export const emptyPlacement: Placement = {
  disks: [],
  cdroms: [],
  seeds: [],
  directBoot: null,
  installation: null,
  asksForKey: false,
  sourceName: '',
  notes: [],
  commands: [],
  settle: null,
}

/** How one kind of source becomes files on the host. */
export interface SourcePlan {
  readonly steps: readonly { readonly id: string; readonly label: Said }[]
  /** Whether the machine gets a new, empty disk besides. */
  readonly disk: 'new' | 'own'
  place(context: PlaceContext): Promise<Placement>
}
