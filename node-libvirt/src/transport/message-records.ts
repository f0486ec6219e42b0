import { Duplex } from 'node:stream'

/**
 * Gives each message of the protocol TLS records of its own. libvirt's daemon waits for its socket once it has read one
 * message: whatever else the same record held lies decrypted in its memory, and is not looked at until more arrives. Calls
 * that leave together would then wait for ever.
 */
export class MessageRecords extends Duplex {
  readonly #inner: Duplex
  /** What the present message still lacks; 0 at the start of one. */
  #missing = 0
  /** The bytes of a length that was cut. */
  #length = Buffer.alloc(0)

  constructor(inner: Duplex) {
    super({ allowHalfOpen: true, autoDestroy: true })
    this.#inner = inner
    inner.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) inner.pause()
    })
    inner.pause()
    inner.once('end', () => this.push(null))
    inner.once('error', (error) => this.destroy(error))
    inner.once('close', () => this.destroy())
  }

  override _read(): void {
    this.#inner.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#writeFrom(chunk, 0, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#inner.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner.destroy()
    done(error)
  }

  /** One piece after the other: what is written before the last has left is put together into one record. */
  #writeFrom(chunk: Buffer, at: number, done: (error?: Error | null) => void): void {
    if (at >= chunk.length) return done()
    const end = this.#endOfMessage(chunk, at)
    this.#inner.write(chunk.subarray(at, end), (error) => {
      if (error) done(error)
      else this.#writeFrom(chunk, end, done)
    })
  }

  #endOfMessage(chunk: Buffer, at: number): number {
    if (this.#missing === 0) {
      const more = chunk.subarray(at, at + 4 - this.#length.length)
      this.#length = Buffer.concat([this.#length, more])
      if (this.#length.length < 4) return at + more.length
      this.#missing = this.#length.readUInt32BE(0) - (4 - more.length)
      this.#length = Buffer.alloc(0)
    }
    const end = Math.min(chunk.length, at + this.#missing)
    this.#missing -= end - at
    return end
  }
}
