import { z } from 'zod'

import { procedure } from './procedure.ts'
import { machineRef } from './references.ts'

/** Something that was done to a machine, kept beside it; no secrets in it. */
export const historyEntry = z.object({
  atMs: z.number().int(),
  /** 'created', 'repaired', …: for icons and tests. */
  kind: z.string(),
  title: z.string(),
  /** Facts worth keeping, a line each: 'From debian-12.iso, read where it lies'. */
  notes: z.array(z.string()),
  /** The same as lines for a terminal; empty: there are none. */
  commands: z.array(z.string()),
})
export type HistoryEntry = z.infer<typeof historyEntry>

export const histories = {
  /** Newest first. */
  list: procedure.input(machineRef).output(z.array(historyEntry)),
}
