import { storedSaid, type Said } from '@strata/contract/words/said.ts'
import { z } from 'zod'

const onHost = z.object({ hostId: z.string() })
const onMachine = onHost.extend({ uuid: z.string() })

/** One thing that a job made and that must go when the job does not succeed. Data, because it must survive the engine's death. */
export const undoStep = z.discriminatedUnion('kind', [
  onHost.extend({ kind: z.literal('delete-volume'), poolUuid: z.string(), name: z.string() }),
  onMachine.extend({ kind: z.literal('undefine-machine') }),
  onMachine.extend({ kind: z.literal('destroy-machine') }),
  onMachine.extend({ kind: z.literal('delete-snapshot'), name: z.string() }),
  z.object({ kind: z.literal('delete-file'), path: z.string() }),
  /** A file that got another name. Its number on the file system tells it from any other that takes that name. */
  onHost.extend({
    kind: z.literal('put-back-file'),
    path: z.string(),
    originalPath: z.string(),
    fileNumber: z.string(),
  }),
  /** Going back to a restore point, which may have come to the disks alone: it is finished, or the user is told the sentence. */
  onMachine.extend({ kind: z.literal('finish-revert'), name: z.string(), sentence: storedSaid }),
  /** Nothing to take back: what the user is told when the engine died in the middle. */
  z.object({ kind: z.literal('tell'), sentence: storedSaid }),
])
export type UndoStep = z.infer<typeof undoStep>
export type UndoKind = UndoStep['kind']

/** What tells the thing that a step is about from any other that takes its place. */
export const undoMark = z.object({
  /** The file itself, whatever its name; null: files cannot be told apart from here. */
  identity: z.string().nullable(),
  /** When its content was last written; null: that cannot be seen. */
  modifiedAt: z.string().nullable(),
  /** The job writes to it no more: what changes it from now on is a guest, or somebody else. */
  isSealed: z.boolean(),
})
export type UndoMark = z.infer<typeof undoMark>

/** A step, and what was made of it. */
export interface PromisedStep {
  readonly step: UndoStep
  /** Null: the job ended before it could tell what it had made, or what it had made cannot be told apart. */
  readonly mark: UndoMark | null
}

export interface UndoContext {
  readonly jobId: string
  readonly mark: UndoMark | null
  /** Other things of the same job, those that were made later included. */
  readonly others: readonly PromisedStep[]
  /** The job's end is past: others may have taken the thing into use meanwhile. */
  readonly isLater: boolean
  readonly signal: AbortSignal
}

/** What became of the thing: void when it is gone, or a sentence why it stays. */
export type UndoOutcome = void | { readonly kept: Said }

/**
 * Takes one thing back, after a look at what it is now: a step is a plan, not a permission. Must succeed when the thing is
 * not there (any more): the step is written before the thing is made, and may run twice when the engine dies in between.
 */
export type UndoHandler<Kind extends UndoKind = UndoKind> = (
  step: Extract<UndoStep, { kind: Kind }>,
  context: UndoContext,
) => Promise<UndoOutcome>

export type UndoHandlers = { readonly [Kind in UndoKind]: UndoHandler<Kind> }

/** Runs the handler that belongs to the step. */
export function runUndo(handlers: UndoHandlers, step: UndoStep, context: UndoContext): Promise<UndoOutcome> {
  // One entry of a mapped type is called with its own kind of step; the compiler cannot follow that through the union.
  const handler = handlers[step.kind] as (step: UndoStep, context: UndoContext) => Promise<UndoOutcome>
  return handler(step, context)
}

/** The host that must be there for this step; null: none. */
export function hostOfUndo(step: UndoStep): string | null {
  return 'hostId' in step ? step.hostId : null
}
