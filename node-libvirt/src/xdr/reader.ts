import { ProtocolError } from '../errors.ts'
import { decodeName } from './byte-names.ts'
import { KeywordTable } from './keyword-table.ts'
import { formatUuid } from './uuid.ts'

const keywords = new KeywordTable()

/** Longest string that libvirt sends or accepts (REMOTE_STRING_MAX), in bytes. */
const STRING_MAX = 4_194_304

/** Below this many bytes, building a string by hand is quicker than crossing into the runtime. */
const SHORT_STRING_BYTES = 20

/**
 * Reads XDR (RFC 4506) values from one message. Everything is checked against the limit of the protocol and against
 * the bytes that are left before memory is taken; what does not fit throws a ProtocolError.
 */
export class XdrReader {
  readonly #bytes: Buffer
  readonly #end: number
  #offset: number

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#offset = start
    this.#end = end
  }

  get remainingBytes(): number {
    return this.#end - this.#offset
  }

  /** Throws unless everything has been read. */
  finish(): void {
    if (this.#offset !== this.#end) throw new ProtocolError(`${this.remainingBytes} bytes are left after the message`)
  }

  int(): number {
    const at = this.#take(4)
    const bytes = this.#bytes
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }

  uint(): number {
    return this.int() >>> 0
  }

  hyper(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8))
  }

  uhyper(): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8))
  }

  /** A hyper as a number where that is exact, which spares a bigint for nearly all of them. */
  hyperNumber(): number | bigint {
    const high = this.int()
    const low = this.uint()
    const value = high * 0x1_0000_0000 + low
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low)
  }

  uhyperNumber(): number | bigint {
    const high = this.uint()
    const low = this.uint()
    const value = high * 0x1_0000_0000 + low
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low)
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8))
  }

  bool(): boolean {
    const value = this.int()
    if (value !== 0 && value !== 1) throw new ProtocolError(`${value} is not a boolean`)
    return value === 1
  }

  /** UTF-8 by convention; bytes that are not come through and go back as they are (byte-names.ts). */
  string(maxBytes = STRING_MAX): string {
    const length = this.#length(maxBytes)
    const start = this.#takePadded(length)
    if (length > SHORT_STRING_BYTES) return decodeName(this.#bytes, start, start + length)
    let text = ''
    for (let at = start; at < start + length; at++) {
      const byte = this.#bytes[at]!
      if (byte > 0x7f) return decodeName(this.#bytes, start, start + length)
      text += String.fromCharCode(byte)
    }
    return text
  }

  /** A document, which is read and not sent back as a name: bytes that are no UTF-8 become U+FFFD. */
  text(): string {
    const length = this.#length(STRING_MAX)
    const start = this.#takePadded(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  /** A string from a small vocabulary, such as a parameter's name: equal bytes give the same string, made once. */
  keyword(): string {
    const length = this.#length(STRING_MAX)
    const start = this.#takePadded(length)
    return keywords.get(this.#bytes, start, start + length)
  }

  opaque(maxBytes: number): Uint8Array {
    const length = this.#length(maxBytes)
    const start = this.#takePadded(length)
    return new Uint8Array(this.#bytes.subarray(start, start + length)) // a copy: the message is not kept
  }

  uuid(): string {
    return formatUuid(this.#bytes, this.#take(16))
  }

  /** `char x[n]`: libvirt sends each char as an int of its own. */
  fixedChars(count: number): Uint8Array {
    const start = this.#take(count * 4)
    const chars = new Uint8Array(count)
    for (let i = 0; i < count; i++) chars[i] = this.#bytes[start + i * 4 + 3]!
    return chars
  }

  chars(maxCount: number): Uint8Array {
    return this.fixedChars(this.listLength(maxCount, 4))
  }

  /** @param minItemBytes the least that one item takes on the wire, to refuse counts that cannot be true */
  array<T>(maxCount: number, minItemBytes: number, readItem: (reader: XdrReader) => T): T[] {
    const count = this.listLength(maxCount, minItemBytes)
    const items: T[] = []
    for (let i = 0; i < count; i++) items.push(readItem(this))
    return items
  }

  optional<T>(readValue: (reader: XdrReader) => T): T | null {
    return this.bool() ? readValue(this) : null
  }

  optionalString(): string | null {
    return this.bool() ? this.string() : null
  }

  #take(size: number): number {
    const at = this.#offset
    if (at + size > this.#end) throw new ProtocolError(`a value of ${size} bytes ends behind the message`)
    this.#offset = at + size
    return at
  }

  #takePadded(length: number): number {
    const start = this.#take((length + 3) & ~3)
    for (let at = start + length; at < this.#offset; at++) {
      if (this.#bytes[at] !== 0) throw new ProtocolError('padding is not zero')
    }
    return start
  }

  #length(maxBytes: number): number {
    const length = this.uint()
    if (length > maxBytes) throw new ProtocolError(`a length of ${length} bytes is above the limit of ${maxBytes}`)
    if (length > this.remainingBytes) throw new ProtocolError(`a length of ${length} bytes ends behind the message`)
    return length
  }

  /** The number of items that follow. */
  listLength(maxCount: number, minItemBytes: number): number {
    const count = this.uint()
    if (count > maxCount) throw new ProtocolError(`a list of ${count} items is above the limit of ${maxCount}`)
    if (count * minItemBytes > this.remainingBytes) {
      throw new ProtocolError(`a list of ${count} items ends behind the message`)
    }
    return count
  }
}
