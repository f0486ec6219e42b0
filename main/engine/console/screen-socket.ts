import { connect, type Socket } from 'node:net'
import type { Writable } from 'node:stream'

/** A full-screen update comes in pieces of the system's choice; larger ones save calls. */
const BUFFER_BYTES = 256 * 1024

/**
 * A connection to a guest's screen that reads into one buffer over and over: a new buffer for each read, as
 * streams do it, costs half of the whole way's CPU time.
 */
export class ScreenSocket {
  readonly socket: Socket
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  #channel: Writable | null = null
  /** Bytes in the buffer that nobody took yet. */
  #heldBytes = 0

  constructor(target: { path: string } | { host: string; port: number }) {
    const onread = { buffer: this.#buffer, callback: (size: number) => this.#pass(size) }
    this.socket = connect({ ...target, onread })
    this.socket.setNoDelay(true)
  }

  /**
   * Sends what the guest says into the channel, and its end.
   * @param channel is done with the bytes when its write is: they are overwritten then
   */
  pumpInto(channel: Writable): void {
    this.#channel = channel
    this.socket.once('end', () => channel.end())
    if (this.#heldBytes > 0 && this.#pass(this.#heldBytes)) this.socket.resume()
  }

  /** @returns whether the next bytes may be read into the buffer */
  #pass(sizeBytes: number): boolean {
    this.#heldBytes = sizeBytes
    if (this.#channel === null) return false
    this.#channel.write(this.#buffer.subarray(0, sizeBytes), () => this.#goOn())
    if (this.#channel.writableLength > 0) return false
    this.#heldBytes = 0
    return true
  }

  #goOn(): void {
    if (this.#heldBytes === 0) return
    this.#heldBytes = 0
    this.socket.resume()
  }
}
