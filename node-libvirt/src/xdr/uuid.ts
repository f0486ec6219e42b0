const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The usual text of a UUID, lower case with dashes, of the 16 bytes at `at`. */
export function formatUuid(bytes: Uint8Array, at = 0): string {
  const timeLow = hex(bytes, at) + hex(bytes, at + 1) + hex(bytes, at + 2) + hex(bytes, at + 3)
  const middle = `${hex(bytes, at + 4) + hex(bytes, at + 5)}-${hex(bytes, at + 6) + hex(bytes, at + 7)}`
  const clock = hex(bytes, at + 8) + hex(bytes, at + 9)
  const node = hex(bytes, at + 10) + hex(bytes, at + 11) + hex(bytes, at + 12)
  return `${timeLow}-${middle}-${clock}-${node}${hex(bytes, at + 13)}${hex(bytes, at + 14)}${hex(bytes, at + 15)}`
}

function hex(bytes: Uint8Array, at: number): string {
  return HEX[bytes[at]!]!
}

/** Where each byte's two digits stand in the dashed text. */
const DIGITS_AT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]

/** Writes the 16 bytes of a UUID given as text (with or without dashes, any case) at `at`. */
export function writeUuid(uuid: string, bytes: Uint8Array, at: number): void {
  const dashed = uuid.length === 36
  if (!dashed && uuid.length !== 32) throw new TypeError(`not a UUID: ${JSON.stringify(uuid)}`)
  for (let i = 0; i < 16; i++) {
    const digit = dashed ? DIGITS_AT[i]! : i * 2
    const value = (nibble(uuid.charCodeAt(digit)) << 4) | nibble(uuid.charCodeAt(digit + 1))
    if (value < 0) throw new TypeError(`not a UUID: ${JSON.stringify(uuid)}`)
    bytes[at + i] = value
  }
}

/** The value of a hexadecimal digit; -1 (all bits set, so that it survives an `or`) for anything else. */
function nibble(char: number): number {
  if (char >= 48 && char <= 57) return char - 48
  if (char >= 97 && char <= 102) return char - 87
  if (char >= 65 && char <= 70) return char - 55
  return -1
}
