import { english } from '@strata/contract/words/en/index.ts'
import { wordingIn } from '@strata/contract/words/wording.ts'

import { formats } from './formats.ts'

/** Words what the engine says, in this window's language: another one is another catalogue and another locale of `formats`. */
export const word = wordingIn(english, formats)
