/** How columns of numbers cross the contract: as base64 of their bytes, not as a list of decimal texts. */
interface ColumnSerializer {
  readonly type: number
  condition(data: unknown): boolean
  serialize(data: Float32Array | Float64Array): string
  deserialize(serialized: unknown): Float32Array | Float64Array
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  const step = 0x8000 // the largest argument list that engines take without complaint
  for (let at = 0; at < bytes.length; at += step) binary += String.fromCharCode(...bytes.subarray(at, at + step))
  return btoa(binary)
}

function fromBase64(text: unknown): ArrayBuffer {
  if (typeof text !== 'string') throw new TypeError('A column of numbers travels as text.')
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at)
  return bytes.buffer
}

function serializerFor(type: number, columns: Float32ArrayConstructor | Float64ArrayConstructor): ColumnSerializer {
  return {
    type,
    condition: (data) => data instanceof columns,
    serialize: (data) => toBase64(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    deserialize: (serialized) => new columns(fromBase64(serialized)),
  }
}

/** For `customJsonSerializers` on both sides. Numbers up to 19 are taken by the library. Bytes are little-endian. */
export const typedArraySerializers: readonly ColumnSerializer[] = [
  serializerFor(20, Float32Array),
  serializerFor(21, Float64Array),
]
