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
  /** When its files are removed for good. */
  expiresAtMs: z.number().int(),
  files: z.array(z.object({ path: z.string(), allocationBytes: z.number().nullable() })),
  restorePointCount: z.number().int(),
})
export type TrashedMachine = z.infer<typeof trashedMachine>

const trashRef = z.object({ id: z.string().min(1).max(128) })

export const trash = {
  list: procedure.output(z.array(trashedMachine)),
  /** Defines the machine again, with its restore points. */
  putBack: procedure.input(trashRef).output(z.void()),
  /** Removes the files now. */
  purge: procedure.input(trashRef).output(jobRef),
}
