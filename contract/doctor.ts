import { z } from 'zod'

import { procedure } from './procedure.ts'
import { machineRef } from './references.ts'
import { repair } from './repairs.ts'
import { said } from './words/said.ts'

/** One thing that keeps a machine from starting, or that will trouble it once it runs. */
export const cause = z.object({
  /** Its kind: 'disk-missing', 'port-taken', …; several causes can be of one kind. */
  id: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  /** 'stops': it does not start like this. 'warns': it starts. */
  severity: z.enum(['stops', 'warns']),
  /** In the user's words, whole. */
  sentence: said,
  /** What was seen that proves it; null: the sentence says it all. */
  proof: said.nullable(),
  /** Best first. */
  repairs: z.array(repair),
})
export type Cause = z.infer<typeof cause>

export const diagnosis = z.object({
  /** In the order in which they have to be mended; none: nothing stands in the way. */
  causes: z.array(cause),
  checkedAtMs: z.number().int(),
})
export type Diagnosis = z.infer<typeof diagnosis>

export const doctor = {
  /** Looks at all that a start needs, without starting. */
  check: procedure.input(machineRef).output(diagnosis),
}
