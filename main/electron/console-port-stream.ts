import { Duplex } from 'node:stream'

/** The part of Electron's MessagePortMain that is used here. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: Port[] }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** What may be under way to the other side and not acknowledged; the window's side keeps to the same. */
export const CONSOLE_WINDOW_BYTES = 1024 * 1024
/** Small enough that the other side never waits for it, large enough that keys and mouse moves cost no message each. */
const ACKNOWLEDGE_AFTER_BYTES = 64 * 1024

interface Waiting {
  readonly chunk: Buffer
  sentBytes: number
  readonly done: (error?: Error | null) => void
}

/**
 * A console's bytes over a MessagePort. Ports have no back-pressure of their own, so both sides acknowledge
 * what they consumed: bytes travel as ArrayBuffers, beside `{ ack: bytes }` and `{ end: true }`.
 * Whoever made it says how it ended and closes the port.
 */
export class ConsolePortStream extends Duplex {
  readonly #port: Port
  #unacknowledgedBytes = 0
  #waiting: Waiting | null = null
  /** Received and pushed, not yet acknowledged. */
  #owedBytes = 0
  #readerIsBehind = false

  constructor(port: Port) {
    super({ readableHighWaterMark: CONSOLE_WINDOW_BYTES / 4, writableHighWaterMark: CONSOLE_WINDOW_BYTES / 4 })
    this.#port = port
    port.on('message', ({ data }) => this.#take(data))
    port.on('close', () => this.destroy())
    port.start()
  }

  #take(data: unknown): void {
    if (this.destroyed) return
    if (data instanceof ArrayBuffer) this.#receive(data)
    else if (isAcknowledgement(data) && data.ack <= this.#unacknowledgedBytes) {
      this.#unacknowledgedBytes -= data.ack
      this.#send()
    } else if (isEnd(data)) this.destroy()
    else this.destroy(new TypeError('The window broke the console protocol.'))
  }

  #receive(data: ArrayBuffer): void {
    this.#owedBytes += data.byteLength
    if (this.#owedBytes > CONSOLE_WINDOW_BYTES) {
      this.destroy(new RangeError('The window sent more than it may before an acknowledgement.'))
      return
    }
    this.#readerIsBehind = !this.push(Buffer.from(data))
    this.#acknowledge()
  }

  #acknowledge(): void {
    if (this.#readerIsBehind || this.#owedBytes < ACKNOWLEDGE_AFTER_BYTES) return
    this.#port.postMessage({ ack: this.#owedBytes })
    this.#owedBytes = 0
  }

  override _read(): void {
    this.#readerIsBehind = false
    this.#acknowledge()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#waiting = { chunk, sentBytes: 0, done }
    this.#send()
  }

  #send(): void {
    const waiting = this.#waiting
    if (waiting === null) return
    const { chunk, sentBytes } = waiting
    const sizeBytes = Math.min(chunk.length - sentBytes, CONSOLE_WINDOW_BYTES - this.#unacknowledgedBytes)
    if (sizeBytes > 0) {
      this.#port.postMessage(exactBuffer(chunk.subarray(sentBytes, sentBytes + sizeBytes)))
      this.#unacknowledgedBytes += sizeBytes
      waiting.sentBytes += sizeBytes
    }
    if (waiting.sentBytes < chunk.length) return // goes on with the next acknowledgement
    this.#waiting = null
    waiting.done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#waiting?.done(error)
    this.#waiting = null
    done(error)
  }
}

/** A message carries the whole buffer behind a view, so that a view of a part has to be copied out first. */
function exactBuffer(view: Buffer): ArrayBufferLike {
  return view.byteLength === view.buffer.byteLength
    ? view.buffer
    : view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)
}

function isAcknowledgement(data: unknown): data is { ack: number } {
  return (
    typeof data === 'object' && data !== null && 'ack' in data && Number.isSafeInteger(data.ack) && Number(data.ack) > 0
  )
}

function isEnd(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'end' in data
}
