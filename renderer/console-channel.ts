import { consolesPort, isInElectron, socketUrl } from './shell.ts'
import { socketProtocols } from './web-session.ts'

export interface CloseReason {
  readonly code: number
  readonly reason: string
}

/** The part of a WebSocket that noVNC uses; a real one is such a channel too. */
export interface RawChannel {
  binaryType: string
  readonly protocol: string
  readonly readyState: string | number
  onopen: ((event: unknown) => unknown) | null
  onmessage: ((event: { readonly data: unknown }) => unknown) | null
  onerror: ((event: unknown) => unknown) | null
  onclose: ((event: CloseReason) => unknown) | null
  send(data: ArrayBuffer | ArrayBufferView<ArrayBuffer>): void
  close(code?: number, reason?: string): void
}

/** Bytes that may be on their way and not yet consumed at the other end. */
const WINDOW_BYTES = 1024 * 1024
const ACK_AFTER_BYTES = 64 * 1024
const LARGEST_MESSAGE_BYTES = 256 * 1024

const copyOf = (data: ArrayBuffer | ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  // A copy: the sender uses its buffer again.
  data instanceof ArrayBuffer
    ? new Uint8Array(data.slice(0))
    : new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))

/** A console over a MessagePort, as the Electron shell speaks it: bytes, acknowledgements, an end. */
export class PortChannel implements RawChannel {
  binaryType = 'arraybuffer'
  readonly protocol = ''
  readyState: 'open' | 'closed' = 'open'
  onopen: ((event: unknown) => unknown) | null = null
  onmessage: ((event: { readonly data: unknown }) => unknown) | null = null
  onerror: ((event: unknown) => unknown) | null = null
  onclose: ((event: CloseReason) => unknown) | null = null
  #unacknowledgedBytes = 0
  #consumedBytes = 0
  readonly #waiting: Uint8Array<ArrayBuffer>[] = []

  constructor(private readonly port: MessagePort) {
    port.addEventListener('message', (event: MessageEvent<unknown>) => {
      this.#take(event.data)
    })
    port.addEventListener('close', () => {
      this.#end({ code: 1000, reason: '' })
    })
    port.start()
  }

  send(data: ArrayBuffer | ArrayBufferView<ArrayBuffer>): void {
    if (this.readyState !== 'open') return
    const bytes = copyOf(data)
    for (let at = 0; at < bytes.length; at += LARGEST_MESSAGE_BYTES) {
      this.#waiting.push(bytes.slice(at, at + LARGEST_MESSAGE_BYTES))
    }
    this.#flush()
  }

  close(): void {
    if (this.readyState !== 'open') return
    this.port.postMessage({ end: true })
    this.#end({ code: 1000, reason: '' })
  }

  #flush(): void {
    for (;;) {
      const next = this.#waiting[0]
      if (next === undefined || this.#unacknowledgedBytes + next.length > WINDOW_BYTES) return
      this.#waiting.shift()
      this.#unacknowledgedBytes += next.length
      // Copied, not transferred: Electron loses messages that transfer a buffer out of a window (electron#34905).
      this.port.postMessage(next.buffer)
    }
  }

  #take(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      const sizeBytes = data.byteLength
      this.onmessage?.({ data })
      this.#consumedBytes += sizeBytes
      if (this.#consumedBytes >= ACK_AFTER_BYTES) this.#acknowledge()
    } else if (typeof data === 'object' && data !== null) {
      if ('ack' in data && typeof data.ack === 'number') {
        this.#unacknowledgedBytes -= data.ack
        this.#flush()
      } else if ('error' in data) {
        this.#end({ code: 4000, reason: String(data.error) })
      } else if ('end' in data) {
        this.#end({ code: 1000, reason: '' })
      }
    }
  }

  #acknowledge(): void {
    if (this.readyState !== 'open') return
    this.port.postMessage({ ack: this.#consumedBytes })
    this.#consumedBytes = 0
  }

  #end(how: CloseReason): void {
    if (this.readyState === 'closed') return
    this.readyState = 'closed'
    this.port.close()
    // Afterwards, as a WebSocket tells it: noVNC is not done with closing before `close` has returned.
    queueMicrotask(() => this.onclose?.(how))
  }
}

/** A console's bytes, for noVNC. Closes with 1000 when the guest's side ended, 4000 and an error code when it failed. */
export async function openConsoleChannel(ticket: string): Promise<RawChannel> {
  if (!isInElectron()) {
    const socket = new WebSocket(socketUrl(`/console/${encodeURIComponent(ticket)}`), socketProtocols())
    socket.binaryType = 'arraybuffer'
    return socket as RawChannel
  }
  const consoles = await consolesPort()
  const { port1, port2 } = new MessageChannel()
  consoles.postMessage({ ticket }, [port2])
  return new PortChannel(port1)
}
