import { KEEPALIVE_PROGRAM, KEEPALIVE_PROTOCOL_VERSION } from '../protocol/constants.generated.ts'
import { HEADER_BYTES, headerAt, messageType } from './frame.ts'

export const PING = 1
export const PONG = 2

export interface KeepAliveOptions {
  /** A ping goes out after this long without a message from the daemon. */
  intervalMs: number
  /** The connection counts as dead after this many pings without a message from the daemon. */
  count: number
}

function frame(procedure: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes.writeUInt32BE(HEADER_BYTES, headerAt.length)
  bytes.writeUInt32BE(KEEPALIVE_PROGRAM, headerAt.program)
  bytes.writeUInt32BE(KEEPALIVE_PROTOCOL_VERSION, headerAt.version)
  bytes.writeUInt32BE(procedure, headerAt.procedure)
  bytes.writeUInt32BE(messageType.event, headerAt.type)
  return bytes
}

export const pingFrame = frame(PING)
export const pongFrame = frame(PONG)

/** Pings a silent daemon and tells when it stays silent. */
export class Keepalive {
  readonly #timer: NodeJS.Timeout
  #unanswered = 0
  #heard = false

  /**
   * @param isHeldBack whether we ourselves are not reading; silence then says nothing, but the pings go on, as the daemon
   *   takes any message for a sign of our life
   */
  constructor(options: KeepAliveOptions, sendPing: () => void, onDead: () => void, isHeldBack: () => boolean) {
    const tick = () => {
      if (this.#heard || isHeldBack()) this.#unanswered = 0
      const heard = this.#heard
      this.#heard = false
      if (heard) return
      if (this.#unanswered >= options.count) return onDead()
      this.#unanswered++
      sendPing()
    }
    this.#timer = setInterval(tick, options.intervalMs)
    this.#timer.unref()
  }

  /** Any message is a sign of life, not only a PONG. */
  heard(): void {
    this.#heard = true
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
