import { ProtocolError } from '../errors.ts'
import { VIR_NET_MESSAGE_LEN_MAX, VIR_NET_MESSAGE_MAX } from '../protocol/constants.generated.ts'

/** Length, program, version, procedure, type, serial, status: seven words of four bytes. */
export const HEADER_BYTES = 28
export const FRAME_MAX_BYTES = VIR_NET_MESSAGE_MAX + VIR_NET_MESSAGE_LEN_MAX

/** Where each word of the header stands. */
export const headerAt = { length: 0, program: 4, version: 8, procedure: 12, type: 16, serial: 20, status: 24 } as const

/** virNetMessageType */
export const messageType = {
  call: 0,
  reply: 1,
  event: 2,
  stream: 3,
  callWithFds: 4,
  replyWithFds: 5,
  streamHole: 6,
} as const

/** virNetMessageStatus */
export const messageStatus = { ok: 0, error: 1, continue: 2 } as const

/** Receives a whole frame: it stands in `bytes` from `start` up to `end`. */
export type FrameHandler = (bytes: Buffer, start: number, end: number) => void

/** Memory for a frame is taken at once up to this size, and beyond it only as its bytes arrive. */
const TRUSTED_BYTES = 262_144

/** Cuts a byte stream into frames, however it was split or joined on the way. It knows no socket. */
export class FrameReader {
  readonly #onFrame: FrameHandler
  #partial: Buffer | null = null
  #have = 0
  #stopped = false

  constructor(onFrame: FrameHandler) {
    this.#onFrame = onFrame
  }

  /** Nothing is handed out any more, not even frames that have arrived with the present one. */
  stop(): void {
    this.#stopped = true
    this.#partial = null
  }

  /** @throws ProtocolError when a length cannot be */
  push(chunk: Buffer): void {
    let at = this.#partial === null ? 0 : this.#continue(chunk)
    while (!this.#stopped && chunk.length - at >= 4) {
      const length = frameLength(chunk, at)
      if (chunk.length - at < length) break
      this.#onFrame(chunk, at, at + length)
      at += length
    }
    if (!this.#stopped && at < chunk.length) this.#keep(chunk, at)
  }

  /** Adds what the partial frame still lacks; answers where in the chunk the next frame begins. */
  #continue(chunk: Buffer): number {
    let at = 0
    while (this.#have < 4 && at < chunk.length) at += this.#append(chunk, at, 4 - this.#have)
    if (this.#have < 4 || this.#partial === null) return at
    const length = frameLength(this.#partial, 0)
    at += this.#append(chunk, at, length - this.#have)
    if (this.#have < length) return at
    const frame = this.#partial
    this.#partial = null
    this.#have = 0
    this.#onFrame(frame, 0, length)
    return at
  }

  #keep(chunk: Buffer, at: number): void {
    const size = chunk.length - at
    this.#partial = Buffer.allocUnsafe(size >= 4 ? Math.max(size, Math.min(frameLength(chunk, at), TRUSTED_BYTES)) : 64)
    this.#have = 0
    this.#append(chunk, at, size)
  }

  #append(chunk: Buffer, at: number, wanted: number): number {
    const size = Math.min(wanted, chunk.length - at)
    let partial = this.#partial ?? Buffer.allocUnsafe(64)
    if (partial.length < this.#have + size) {
      const grown = Buffer.allocUnsafe((this.#have + size) * 2)
      partial.copy(grown, 0, 0, this.#have)
      partial = grown
    }
    chunk.copy(partial, this.#have, at, at + size)
    this.#partial = partial
    this.#have += size
    return size
  }
}

function frameLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at)
  if (length >= HEADER_BYTES && length <= FRAME_MAX_BYTES) return length
  throw new ProtocolError(`a message of ${length} bytes cannot be (bytes ${bytes.toString('latin1', at, at + 4)})`)
}
