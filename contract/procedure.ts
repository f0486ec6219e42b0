import { oc } from '@orpc/contract'

import { strataErrors } from './errors.ts'

/** The base of every procedure: the same declared errors everywhere. */
export const procedure = oc.errors(strataErrors)
