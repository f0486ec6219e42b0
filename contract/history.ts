import { z } from 'zod'

import { procedure } from './procedure.ts'
import { machineRef } from './references.ts'
import { say } from './words/say.ts'
import { storedSaid } from './words/said.ts'

/** Something that was done to a machine, kept beside it; no secrets in it. */
export const historyEntry = z.object({
  /** Empty: written down by a Strata that gave none. */
  id: z.string().max(64).default(''),
  atMs: z.number().int(),
  /** 'created', 'repaired', …: for icons and tests. */
  kind: z.string(),
  title: storedSaid,
  /** Facts worth keeping, a line each: 'From debian-12.iso, read where it lies'. */
  notes: z.array(storedSaid),
  /** The same as lines for a terminal; empty: there are none. */
  commands: z.array(z.string()),
  /** 'strata': done by itself. Null: not written down. */
  who: z.enum(['user', 'strata']).nullable().default(null),
  /** What it changed in the definition: '- ' before lines that went, '+ ' before lines that came. */
  changes: z.array(z.string()).default([]),
  /** Whether it can be taken back; whether that still fits is looked at when it is asked for. */
  undo: z
    .discriminatedUnion('possible', [
      z.object({ possible: z.literal(true) }),
      z.object({ possible: z.literal(false), why: storedSaid }),
    ])
    .default({ possible: false, why: say('history.strataDidNotWrite') }),
})
export type HistoryEntry = z.infer<typeof historyEntry>

export const histories = {
  /** Newest first. */
  list: procedure.input(machineRef).output(z.array(historyEntry)),
  /** Takes one change back, what came after it elsewhere stays; told in the history itself. */
  undo: procedure.input(machineRef.extend({ entryId: z.string().min(1).max(64) })).output(z.void()),
}
