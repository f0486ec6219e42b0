import { z } from 'zod'

import { hostRef, machineRef } from './references.ts'

/** Something that the engine can do now to mend a problem. */
export const repairAction = z.discriminatedUnion('kind', [
  hostRef.extend({ kind: z.literal('reconnect-host') }),
  /** Starts the daemon that this host needs, where this user may. */
  hostRef.extend({ kind: z.literal('start-daemon') }),
  /** Makes, starts and sets to autostart the pool for disks of new machines. */
  hostRef.extend({ kind: z.literal('make-default-pool') }),
  hostRef.extend({ kind: z.literal('start-pool'), poolUuid: z.string() }),
  hostRef.extend({ kind: z.literal('start-network'), networkUuid: z.string() }),
  machineRef.extend({ kind: z.literal('force-off') }),
  machineRef.extend({ kind: z.literal('eject-media'), targetDev: z.string() }),
])
export type RepairAction = z.infer<typeof repairAction>

export const repair = z.object({
  /** The button's text. */
  label: z.string(),
  /** What it changes, in one sentence. */
  explanation: z.string(),
  /** The same as a line for a terminal; null when there is none. */
  command: z.string().nullable(),
  /** Null: only the user can do it, with the command. */
  action: repairAction.nullable(),
})
export type Repair = z.infer<typeof repair>
