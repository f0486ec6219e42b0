import type { MachineRef } from '@strata/contract/references.ts'
import type { Said } from '@strata/contract/words/said.ts'

/** How something that was done to a machine is taken back, as it is written down. */
export type Undoing =
  | {
      readonly kind: 'definition'
      /** Both without secrets. */
      readonly before: string
      readonly after: string
      /** The lines for a terminal that take it back; empty: by hand. */
      readonly commands: string[]
    }
  | { readonly kind: 'name'; readonly before: string; readonly after: string; readonly title: string | null }
  | { readonly kind: 'template'; readonly isTemplate: boolean; readonly autostart: boolean }
  | { readonly kind: 'autostart'; readonly autostart: boolean }
  | { readonly kind: 'none'; readonly why: Said }

/** Something that was done to a machine, for its history; no secrets in it. */
export interface ToldChange {
  readonly atMs: number
  readonly kind: string
  readonly title: Said
  readonly who: 'user' | 'strata'
  readonly notes: Said[]
  readonly commands: string[]
  readonly changes: string[]
  readonly undoing: Undoing
  /** The entry that this one takes back; null: none. */
  readonly undoes: string | null
}

/** Where it is told. Never fails: what was done stands. */
export interface ToldTo {
  add(machine: MachineRef, entry: ToldChange): Promise<void>
}
