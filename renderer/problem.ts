import { isDefinedError, ORPCError } from '@orpc/client'
import {
  strataErrorCodes,
  type StrataErrorCode,
  type StrataErrorData,
  type StrataProblem,
} from '@strata/contract/errors.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

import { EngineLostError } from './engine-link.ts'
import { t } from './i18n.ts'

const isStrataCode = (code: string): code is StrataErrorCode => (strataErrorCodes as readonly string[]).includes(code)

/** A failure that the window itself tells of, in words of its own catalogue. */
export function ownProblem(code: StrataErrorCode, words: string, detail: string | null): StrataProblem {
  return { code, said: unkeyed(words), detail, field: null, repairs: [] }
}

/** What was thrown, as a problem that an ErrorCard can show. */
export function toProblem(error: unknown): StrataProblem {
  if (error instanceof EngineLostError) return ownProblem('connection-lost', t('window.engineLost.call'), null)
  if (error instanceof ORPCError) {
    const { code, message } = error as ORPCError<string, unknown>
    if (isDefinedError(error) && isStrataCode(code)) {
      return { code, ...(error.data as StrataErrorData) }
    }
    // The contract's own check refused the input, or the engine failed in a way that it does not know.
    return code === 'BAD_REQUEST'
      ? ownProblem('invalid-input', t('ui.problem.invalidInput'), message)
      : ownProblem('internal', t('ui.problem.internal'), message)
  }
  return ownProblem('internal', t('ui.problem.internal'), error instanceof Error ? error.message : String(error))
}

/** True for what ends work on purpose: nothing to tell the user. */
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'
