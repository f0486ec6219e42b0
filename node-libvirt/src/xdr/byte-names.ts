import { isUtf8 } from 'node:buffer'

/**
 * Names need not be UTF-8: a file may be called by any bytes. Decoded as usual, such bytes would become U+FFFD, and the
 * name that of another file. Instead each byte that is part of no character becomes a low surrogate by itself, U+DC80 to
 * U+DCFF, which no text has, and becomes that byte again when it is sent (PEP 383). So a handle means what was listed.
 */
const FIRST_LONE = 0xdc00

/** A lone surrogate of any kind: text that cannot be written as UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u

export function decodeName(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end)
  // The usual case: without the replacement character nothing was replaced.
  if (!text.includes('\uFFFD') || isUtf8(bytes.subarray(start, end))) return text
  let name = ''
  for (let at = start; at < end;) {
    const length = characterBytes(bytes, at, end)
    name += length === 0 ? String.fromCharCode(FIRST_LONE + bytes[at]!) : bytes.toString('utf8', at, at + length)
    at += Math.max(1, length)
  }
  return name
}

/** How many bytes the character at this place has; 0: it is none. */
function characterBytes(bytes: Buffer, at: number, end: number): number {
  for (let length = 1; length <= 4 && at + length <= end; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length
  }
  return 0
}

/** @throws TypeError for text that would arrive as another: with a NUL, at which the daemon ends, or a lone surrogate */
export function encodeName(text: string): Buffer {
  if (text.includes('\0'))
    throw new TypeError('a text with a NUL character cannot be sent: the daemon reads to the NUL')
  if (!LONE_SURROGATE.test(text)) return Buffer.from(text, 'utf8')
  return Buffer.concat(
    Array.from(text, (character) => {
      const code = character.codePointAt(0)!
      if (code >= FIRST_LONE + 0x80 && code <= FIRST_LONE + 0xff) return Buffer.of(code - FIRST_LONE)
      if (code >= 0xd800 && code <= 0xdfff) throw new TypeError('a text with half a character cannot be sent')
      return Buffer.from(character, 'utf8')
    }),
  )
}
