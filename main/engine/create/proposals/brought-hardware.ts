import type { DiskOptions, NewMachine, NicModel } from '@strata/contract/create.ts'
import type { Said } from '@strata/contract/words/said.ts'

/** What a source that was a machine already says of its hardware. Null: it does not say. */
export interface BroughtHardware {
  /** Whose values they are, for the reasons: 'the appliance'. */
  readonly from: string | Said
  readonly vcpuCount: number | null
  readonly memoryKiB: number | null
  readonly firmware: NewMachine['firmware'] | null
  readonly machineType: NewMachine['machineType'] | null
  readonly diskBus: DiskOptions['bus'] | null
  /** Of each card, the first one first. */
  readonly nicModels: readonly NicModel[] | null
  readonly video: NewMachine['video'] | null
  readonly tpm: boolean | null
}
