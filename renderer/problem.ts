import { isDefinedError, ORPCError } from '@orpc/client'
import {
  strataErrorCodes,
  type StrataErrorCode,
  type StrataErrorData,
  type StrataProblem,
} from '@strata/contract/errors.ts'

import { EngineLostError } from './engine-link.ts'
import { t } from './i18n.ts'

const isStrataCode = (code: string): code is StrataErrorCode => (strataErrorCodes as readonly string[]).includes(code)

function problem(code: StrataErrorCode, message: string, detail: string | null): StrataProblem {
  return { code, message, detail, field: null, repairs: [] }
}

/** What was thrown, as a problem that an ErrorCard can show. */
export function toProblem(error: unknown): StrataProblem {
  if (error instanceof EngineLostError) return problem('connection-lost', t('window.engineLost.call'), null)
  if (error instanceof ORPCError) {
    const { code, message } = error as ORPCError<string, unknown>
    if (isDefinedError(error) && isStrataCode(code)) {
      return { code, message, ...(error.data as StrataErrorData) }
    }
    // The contract's own check refused the input, or the engine failed in a way that it does not know.
    return code === 'BAD_REQUEST'
      ? problem('invalid-input', t('ui.problem.invalidInput'), message)
      : problem('internal', t('ui.problem.internal'), message)
  }
  return problem('internal', t('ui.problem.internal'), error instanceof Error ? error.message : String(error))
}

/** True for what ends work on purpose: nothing to tell the user. */
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'
