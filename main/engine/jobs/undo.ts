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
  /** Nothing to take back: what the user is told when the engine died in the middle. */
  z.object({ kind: z.literal('tell'), sentence: z.string() }),
])
export type UndoStep = z.infer<typeof undoStep>
export type UndoKind = UndoStep['kind']

/**
 * Takes one thing back. Must succeed when the thing is not there (any more): the step is written before the thing
 * is made, and may run twice when the engine dies in between.
 */
export type UndoHandler<Kind extends UndoKind = UndoKind> = (
  step: Extract<UndoStep, { kind: Kind }>,
  signal: AbortSignal,
) => Promise<void>

export type UndoHandlers = { readonly [Kind in UndoKind]: UndoHandler<Kind> }

/** Runs the handler that belongs to the step. */
export function runUndo(handlers: UndoHandlers, step: UndoStep, signal: AbortSignal): Promise<void> {
  switch (step.kind) {
    case 'delete-volume':
      return handlers['delete-volume'](step, signal)
    case 'undefine-machine':
      return handlers['undefine-machine'](step, signal)
    case 'destroy-machine':
      return handlers['destroy-machine'](step, signal)
    case 'delete-snapshot':
      return handlers['delete-snapshot'](step, signal)
    case 'delete-file':
      return handlers['delete-file'](step, signal)
    case 'put-back-file':
      return handlers['put-back-file'](step, signal)
    case 'tell':
      return handlers.tell(step, signal)
  }
}

/** The host that must be there for this step; null: none. */
export function hostOfUndo(step: UndoStep): string | null {
  return 'hostId' in step ? step.hostId : null
}
