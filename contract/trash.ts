import { z } from 'zod'

import { procedure } from './procedure.ts'
import { hostId, jobRef, uuid } from './references.ts'

/** A deleted machine that can still come back. */
export const trashedMachine = z.object({
  id: z.string(),
  hostId,
  uuid,
  name: z.string(),
  trashedAtMs: z.number().int(),
  /**
   * Days until its files are removed for good. Only days on which Strata was open count, so that no clock empties the
   * trash; 0: at the next day's start.
   */
  daysLeft: z.number().int().nonnegative(),
  /** All but 'in' and 'cut-short' are on their way. What was cut short is finished when the host answers again. */
  state: z.enum(['in', 'arriving', 'returning', 'being-deleted', 'cut-short']),
  files: z.array(z.object({ path: z.string(), allocationBytes: z.number().nullable() })),
  restorePointCount: z.number().int(),
})
export type TrashedMachine = z.infer<typeof trashedMachine>

const trashRef = z.object({ id: z.string().min(1).max(128) })

export const trash = {
  list: procedure.output(z.array(trashedMachine)),
  /** Defines the machine again, with its restore points. */
  putBack: procedure.input(trashRef).output(z.void()),
  /** Removes the files now. 'accept': also where it cannot be known whether somebody needs them. */
  purge: procedure.input(trashRef.extend({ unseen: z.enum(['refuse', 'accept']).default('refuse') })).output(jobRef),
}
