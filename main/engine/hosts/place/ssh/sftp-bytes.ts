/** Writes the fields of an SFTP packet, and puts its length before them. */
export class SftpWriter {
  readonly #parts: Buffer[] = []

  byte(value: number): this {
    this.#parts.push(Buffer.from([value]))
    return this
  }

  uint32(value: number): this {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    this.#parts.push(bytes)
    return this
  }

  uint64(value: number): this {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt(value))
    this.#parts.push(bytes)
    return this
  }

  text(value: string | Buffer): this {
    const bytes = Buffer.from(value)
    this.uint32(bytes.length)
    this.#parts.push(bytes)
    return this
  }

  packet(): Buffer {
    const content = Buffer.concat(this.#parts)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(content.length)
    return Buffer.concat([length, content])
  }
}

/** Reads the fields of an answer. What is not there ends the reading: the other side is not to be believed then. */
export class SftpReader {
  #at = 0

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length
  }

  byte(): number {
    return this.#take(1).readUInt8()
  }

  uint32(): number {
    return this.#take(4).readUInt32BE()
  }

  uint64(): bigint {
    return this.#take(8).readBigUInt64BE()
  }

  text(): Buffer {
    return this.#take(this.uint32())
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.bytes.length) throw new RangeError('an SFTP packet ends in the middle of a field')
    const taken = this.bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}
