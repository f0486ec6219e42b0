import type { StrataErrorData } from '@strata/contract/errors.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

/** What a made-up engine throws: `errors.busy(refusal('Not now.'))`. */
export function refusal(
  words: string,
  rest: Partial<StrataErrorData> = {},
): { message: string; data: StrataErrorData } {
  return { message: words, data: { said: unkeyed(words), detail: null, field: null, repairs: [], ...rest } }
}
