import { Duplex } from 'node:stream'

import type { WebSocket } from 'ws'

/** Bytes on their way to the page before the guest has to wait; a full-screen update of a large guest is a few MB. */
export const CONSOLE_HIGH_WATER_BYTES = 512 * 1024

/**
 * A console's WebSocket as a stream of bytes. Both directions hold their source back: the page's socket is
 * not read while the guest is behind, and a write is only done when the system took it. Whoever made it closes
 * the WebSocket.
 */
export class ConsoleStream extends Duplex {
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    super({ writableHighWaterMark: CONSOLE_HIGH_WATER_BYTES, readableHighWaterMark: CONSOLE_HIGH_WATER_BYTES })
    this.#socket = socket
    socket.binaryType = 'nodebuffer'
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary))
    socket.on('close', () => this.destroy())
    socket.on('error', (error) => this.destroy(error))
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.destroyed) return
    if (!isBinary) this.destroy(new TypeError('A console takes binary messages only.'))
    else if (!this.push(data)) this.#socket.pause()
  }

  override _read(): void {
    this.#socket.resume()
  }

  /** Done when the system has the bytes, not before: the engine reads the next ones into the same memory. */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    let isDone = false
    this.#socket.send(chunk, (error) => {
      if (!isDone) done(error)
    })
    isDone = this.#socket.bufferedAmount === 0
    if (isDone) done() // at once, which is the usual case: told by the callback it would cost a turn
  }
}
