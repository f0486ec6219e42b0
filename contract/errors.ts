import { z } from 'zod'

import { repair } from './repairs.ts'
import { said } from './words/said.ts'

/** Every kind of failure that crosses the contract. Decide on these, never on a message's text. */
export const strataErrorCodes = [
  'not-found',
  'already-exists',
  'invalid-input',
  'wrong-state',
  'not-permitted',
  'needs-credentials',
  'host-unreachable',
  'connection-lost',
  'unsupported',
  'busy',
  'out-of-space',
  'cancelled',
  'internal',
] as const
export const strataErrorCode = z.enum(strataErrorCodes)
export type StrataErrorCode = z.infer<typeof strataErrorCode>

/** What travels beside an error's code and sentence. */
export const strataErrorData = z.object({
  /** The error's sentence: what failed, on what, and what to do next. */
  said,
  /** libvirt's or the system's own words; null when there are none. */
  detail: z.string().nullable(),
  /** The input field that is wrong, as named in the procedure's input; null when no single one is. */
  field: z.string().nullable(),
  repairs: z.array(repair),
})
export type StrataErrorData = z.infer<typeof strataErrorData>

/** An error as a value: what a failed job or an unreachable host carries. */
export const strataProblem = strataErrorData.extend({ code: strataErrorCode })
export type StrataProblem = z.infer<typeof strataProblem>

/** The error map of every procedure. */
export const strataErrors = Object.fromEntries(
  strataErrorCodes.map((code) => [code, { data: strataErrorData }]),
) as Record<StrataErrorCode, { data: typeof strataErrorData }>
