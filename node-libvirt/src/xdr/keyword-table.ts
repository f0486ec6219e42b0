const SLOTS = 4096

/** Names of parameters are at most 79 bytes long. */
const LONGEST_BYTES = 80

/** Remembers strings by their bytes, one a slot; a stranger simply takes the slot over, so it never grows. */
export class KeywordTable {
  readonly #strings: (string | undefined)[] = Array.from({ length: SLOTS }, () => undefined)

  get(bytes: Buffer, start: number, end: number): string {
    if (end - start > LONGEST_BYTES) return bytes.toString('utf8', start, end)
    let hash = 0x811c9dc5
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
    const slot = (hash ^ (hash >>> 16)) & (SLOTS - 1)
    const known = this.#strings[slot]
    if (known !== undefined && equalsAscii(known, bytes, start, end)) return known
    const text = bytes.toString('utf8', start, end)
    this.#strings[slot] = text.length === end - start ? text : undefined
    return text
  }
}

/** Only ASCII is remembered: as many characters as bytes. */
function equalsAscii(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}
