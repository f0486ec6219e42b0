/** What XML 1.0 allows in a document, and how references stand for it. */

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', apos: "'", quot: '"' }

const REFERENCE = /&(?:#x([\dA-Fa-f]+)|#(\d+)|([^;&<\s]*));?/g
const WELL_FORMED_REFERENCE = /&(?:#x[\dA-Fa-f]+|#\d+|amp|lt|gt|apos|quot);/y

/** A character outside the Char production; unpaired surrogates count as such. */
export const FORBIDDEN_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** The offset of the first reference in `raw` that is broken, unknown or names a forbidden character; -1 when all are good. */
export function badReferenceIn(raw: string): number {
  for (let at = raw.indexOf('&'); at >= 0; at = raw.indexOf('&', at + 1)) {
    WELL_FORMED_REFERENCE.lastIndex = at
    const reference = WELL_FORMED_REFERENCE.exec(raw)
    if (reference === null || !standsForCharacter(reference[0])) return at
  }
  return -1
}

function standsForCharacter(reference: string): boolean {
  const hex = reference.startsWith('&#x')
  if (!hex && !reference.startsWith('&#')) return true
  const code = Number.parseInt(reference.slice(hex ? 3 : 2), hex ? 16 : 10)
  return code <= 0x10_ff_ff && !FORBIDDEN_CHARACTER.test(String.fromCodePoint(code))
}

/** Element content as its reader sees it: line ends are one newline, references are what they stand for. */
export function decodeText(raw: string): string {
  return decodeReferences(raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw)
}

/** An attribute's value as its reader sees it: white space that is written literally counts as spaces. */
export function decodeAttribute(raw: string): string {
  return decodeReferences(/[\t\n\r]/.test(raw) ? raw.replace(/\r\n|[\t\n\r]/g, ' ') : raw)
}

function decodeReferences(raw: string): string {
  if (!raw.includes('&')) return raw
  return raw.replace(REFERENCE, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number.parseInt(decimal, 10))
    return PREDEFINED[name ?? ''] ?? whole
  })
}

/** Escapes so that decodeText gives the same value back; a bare carriage return would otherwise become a newline. */
export function encodeText(value: string): string {
  return assertCharacters(value)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\r/g, '&#13;')
}

/** Escapes so that decodeAttribute gives the same value back, inside either kind of quote. */
export function encodeAttribute(value: string): string {
  return encodeText(value)
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&apos;')
    .replace(/\t/g, '&#9;')
    .replace(/\n/g, '&#10;')
}

function assertCharacters(value: string): string {
  if (FORBIDDEN_CHARACTER.test(value)) throw new TypeError('XML cannot hold control characters or unpaired surrogates')
  return value
}
