/** Pieces that every structure of ECMA-119 is made of. Numbers are often written twice, in both byte orders. */

export const sectorBytes = 2048

export const sectorsFor = (bytes: number) => Math.ceil(bytes / sectorBytes)

export function both16(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16LE(value, 0)
  bytes.writeUInt16BE(value, 2)
  return bytes
}

export function both32(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(value, 0)
  bytes.writeUInt32BE(value, 4)
  return bytes
}

/** Joliet's big-endian UCS-2. */
export const ucs2 = (text: string) => Buffer.from(text, 'utf16le').swap16()

/**
 * The date of everything on a disc: the same files give the same bytes, and nobody asks how old answers are.
 * 1 January 2000, 00:00 UTC; in records as seven bytes, in descriptors as digits.
 */
export const discDate = {
  record: Buffer.from([100, 1, 1, 0, 0, 0, 0]),
  descriptor: Buffer.from('2000010100000000\0', 'latin1'),
  none: Buffer.from('0000000000000000\0', 'latin1'),
}
