import type { MachineRef } from '@strata/contract/references.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { UndoStep } from './undo.ts'

/** What is known of a job before it starts. */
export interface WantedJob {
  /** 'create-machine', 'take-snapshot', …: for icons and tests. */
  readonly kind: string
  readonly title: Said
  readonly hostId?: string
  readonly machineUuid?: string
  readonly steps: readonly { readonly id: string; readonly label: Said }[]
  /** True unless said otherwise. */
  readonly cancellable?: boolean
}

/** What a job made, to go to. */
export interface JobResult {
  readonly machine?: MachineRef
}

/** What a job's work is given to say where it is, and to promise how to take it back. */
export interface JobControl {
  readonly jobId: string
  /** Aborted when the user cancels or the engine closes. */
  readonly signal: AbortSignal
  /** Ends the running step and starts this one; steps that were jumped over are skipped. */
  step(id: string): void
  /** Rate and remaining time are derived. A null total: not known. */
  progress(doneBytes: number, totalBytes: number | null): void
  /** The machine that the job is about, when it is known only on the way. */
  concerns(machine: MachineRef): void
  /** Written to the journal, and on the disk, BEFORE the thing is made; run in reverse on failure, on cancel, or at the next start after a crash. */
  willUndo(step: UndoStep): Promise<void>
  /** The thing of a promise, by the same object, is there: from here on it is told from any other that takes its name. */
  made(step: UndoStep): Promise<void>
  /** The job writes no more to anything that it has made: what changes it from here on is a guest, or somebody else. */
  allWritten(): Promise<void>
  /** Takes a promise back, by the same object: its thing was not made here, because somebody else's was there already. */
  willNotUndo(step: UndoStep): Promise<void>
  /** From here on nothing is undone: the job's outcome stands. */
  keep(): Promise<void>
}

export type JobWork = (job: JobControl) => Promise<JobResult | void>
