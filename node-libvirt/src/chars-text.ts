/** The text of a C string in a field of fixed length. */
export function charsText(chars: Uint8Array): string {
  const end = chars.indexOf(0)
  return Buffer.from(chars.subarray(0, end === -1 ? undefined : end)).toString('latin1')
}
