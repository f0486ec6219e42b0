import { encodeName } from './byte-names.ts'
import { writeUuid } from './uuid.ts'

const STRING_MAX = 4_194_304
const SLAB_BYTES = 65_536
const SHORT_STRING_CHARS = 24

/**
 * Writes XDR (RFC 4506) values one behind the other. `takeWritten` hands the bytes out and goes on behind them, so that
 * a socket may still hold them; nothing is written twice into the same memory. A value that its type cannot hold is
 * the caller's mistake: a TypeError.
 */
export class XdrWriter {
  #slab: Buffer
  #start = 0
  #end = 0

  constructor(initialBytes = SLAB_BYTES) {
    this.#slab = Buffer.allocUnsafeSlow(initialBytes)
  }

  /** Bytes that wait to be taken. */
  get pendingBytes(): number {
    return this.#end - this.#start
  }

  takeWritten(): Buffer {
    const written = this.#slab.subarray(this.#start, this.#end)
    this.#start = this.#end
    return written
  }

  /** Forgets what was written after the first `pendingBytes` bytes. */
  truncate(pendingBytes: number): void {
    this.#end = this.#start + pendingBytes
  }

  /** Overwrites the uint at `pendingOffset` bytes behind the last take. */
  patchUint(pendingOffset: number, value: number): void {
    this.#slab.writeUInt32BE(value, this.#start + pendingOffset)
  }

  int(value: number): void {
    if ((value | 0) !== value) throw new TypeError(`${value} is not a 32-bit integer`)
    this.#uint32(value)
  }

  uint(value: number): void {
    if (value >>> 0 !== value) throw new TypeError(`${value} is not an unsigned 32-bit integer`)
    this.#uint32(value)
  }

  hyper(value: number | bigint): void {
    if (typeof value === 'number') return this.#safeInteger(value)
    if (BigInt.asIntN(64, value) !== value) throw new TypeError(`${value} is not a 64-bit integer`)
    const at = this.#reserve(8)
    this.#slab.writeBigInt64BE(value, at)
  }

  uhyper(value: number | bigint): void {
    if (value < 0) throw new TypeError(`${value} is not an unsigned 64-bit integer`)
    if (typeof value === 'number') return this.#safeInteger(value)
    if (BigInt.asUintN(64, value) !== value) throw new TypeError(`${value} is not an unsigned 64-bit integer`)
    const at = this.#reserve(8)
    this.#slab.writeBigUInt64BE(value, at)
  }

  double(value: number): void {
    const at = this.#reserve(8)
    this.#slab.writeDoubleBE(value, at)
  }

  bool(value: boolean): void {
    this.#uint32(value ? 1 : 0)
  }

  string(value: string, maxBytes = STRING_MAX): void {
    if (value.length <= SHORT_STRING_CHARS && this.#shortAscii(value)) return
    const bytes = encodeName(value)
    const length = bytes.length
    if (length > maxBytes) throw new TypeError(`a text of ${length} bytes is above the limit of ${maxBytes}`)
    this.#uint32(length)
    const at = this.#reservePadded(length)
    this.#slab.set(bytes, at)
  }

  opaque(value: Uint8Array, maxBytes: number): void {
    if (value.length > maxBytes) throw new TypeError(`${value.length} bytes are above the limit of ${maxBytes}`)
    this.#uint32(value.length)
    const at = this.#reservePadded(value.length)
    this.#slab.set(value, at)
  }

  uuid(value: string): void {
    const at = this.#reserve(16)
    writeUuid(value, this.#slab, at)
  }

  /** `char x[n]`: each char travels as an int of its own. */
  fixedChars(value: Uint8Array, count: number): void {
    if (value.length !== count) throw new TypeError(`${value.length} chars given, ${count} wanted`)
    for (const char of value) this.#uint32((char << 24) >> 24)
  }

  chars(value: Uint8Array, maxCount: number): void {
    if (value.length > maxCount) throw new TypeError(`${value.length} chars are above the limit of ${maxCount}`)
    this.#uint32(value.length)
    this.fixedChars(value, value.length)
  }

  array<T>(items: readonly T[], maxCount: number, writeItem: (writer: XdrWriter, item: T) => void): void {
    if (items.length > maxCount) throw new TypeError(`${items.length} items are above the limit of ${maxCount}`)
    this.#uint32(items.length)
    for (const item of items) writeItem(this, item)
  }

  optional<T>(value: T | null, writeValue: (writer: XdrWriter, value: T) => void): void {
    this.#uint32(value === null ? 0 : 1)
    if (value !== null) writeValue(this, value)
  }

  optionalString(value: string | null): void {
    this.#uint32(value === null ? 0 : 1)
    if (value !== null) this.string(value)
  }

  #uint32(value: number): void {
    const at = this.#reserve(4)
    const slab = this.#slab
    slab[at] = value >>> 24
    slab[at + 1] = value >>> 16
    slab[at + 2] = value >>> 8
    slab[at + 3] = value
  }

  #safeInteger(value: number): void {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is not a safe integer; give a bigint`)
    this.#uint32(Math.floor(value / 0x1_0000_0000))
    this.#uint32(value)
  }

  /** Names and keywords are short and ASCII nearly always: written without leaving JavaScript. */
  #shortAscii(value: string): boolean {
    const length = value.length
    const at = this.#reserve(4 + ((length + 3) & ~3))
    const slab = this.#slab
    for (let i = 0; i < length; i++) {
      const char = value.charCodeAt(i)
      // A NUL is refused where the others are looked at.
      if (char > 0x7f || char === 0) {
        this.#end = at
        return false
      }
      slab[at + 4 + i] = char
    }
    slab[at] = slab[at + 1] = slab[at + 2] = 0
    slab[at + 3] = length
    for (let i = at + 4 + length; i < this.#end; i++) slab[i] = 0
    return true
  }

  #reservePadded(length: number): number {
    const at = this.#reserve((length + 3) & ~3)
    for (let i = at + length; i < this.#end; i++) this.#slab[i] = 0
    return at
  }

  #reserve(size: number): number {
    if (this.#end + size > this.#slab.length) this.#grow(size)
    const at = this.#end
    this.#end = at + size
    return at
  }

  #grow(size: number): void {
    const pending = this.pendingBytes
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, (pending + size) * 2))
    this.#slab.copy(slab, 0, this.#start, this.#end)
    this.#slab = slab
    this.#start = 0
    this.#end = pending
  }
}
