/** Spaces of any kind become a plain one; what has no width is dropped (RFC 3454, tables C.1.2 and B.1). */
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g
const NOTHING = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/g
/** Control characters, private use, non-characters, half surrogates, and what breaks text display (tables C.2 to C.9). */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cs}\u06dd\u070f\u180e\u2028\u2029\u2061-\u2063\u206a-\u206f\ufff9-\uffff\u200e\u200f\u202a-\u202e\u2ff0-\u2ffb]|\u0340|\u0341|\p{Noncharacter_Code_Point}/u

/**
 * Prepares a name or a password, so that the same text typed on two systems is the same bytes (RFC 4013). The check of
 * mixed writing directions is left out: it refuses passwords, and changes none.
 * @throws TypeError for text that can be no name or password
 */
export function saslPrep(text: string): string {
  const prepared = text.replace(SPACES, ' ').replace(NOTHING, '').normalize('NFKC')
  if (PROHIBITED.test(prepared)) throw new TypeError('a name or password holds a control character')
  return prepared
}
