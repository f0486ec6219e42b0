import { english } from '@strata/contract/words/en/index.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { wordingIn } from '@strata/contract/words/wording.ts'

import { formats } from './formats.ts'

const wording = wordingIn(english, formats)

/** Words what the engine says, in this window's language: another one is another catalogue and another locale of `formats`. */
export function word(said: Said): string
export function word(said: Said | null | undefined): string | null
export function word(said: Said | null | undefined): string | null {
  return said == null ? null : wording(said)
}
