import type { Duplex } from 'node:stream'
import type { Procedure } from '../protocol/procedures.generated.ts'
import { XdrWriter } from '../xdr/writer.ts'
import { FRAME_MAX_BYTES, HEADER_BYTES, messageStatus, messageType } from './frame.ts'

/** So much is sent without waiting for the end of the turn, so that thousands of calls need no large buffer. */
const FLUSH_BYTES = 32_768

/** What names a stream on the wire: the call that opened it. */
export interface StreamAddress {
  readonly name: string
  readonly program: number
  readonly number: number
  readonly serial: number
}

type OnSent = (error?: Error | null) => void

/** Writes messages. All that is called in one turn leaves in one write: that is most of the speed of pipelined calls. */
export class Outbox {
  readonly #transport: Duplex
  readonly #writer = new XdrWriter()
  readonly #flush = () => {
    this.#flushScheduled = false
    if (!this.#stopped && this.#writer.pendingBytes > 0) this.#transport.write(this.#writer.takeWritten())
  }
  #flushScheduled = false
  #stopped = false

  constructor(transport: Duplex) {
    this.#transport = transport
  }

  /** Nothing is written any more. */
  stop(): void {
    this.#stopped = true
  }

  /** @throws TypeError when an argument does not fit its type; nothing is sent then */
  call<Args, Ret>(procedure: Procedure<Args, Ret>, serial: number, args: Args): void {
    const writer = this.#writer
    const before = writer.pendingBytes
    this.#header(procedure.program, procedure.number, messageType.call, serial, messageStatus.ok)
    try {
      procedure.writeArgs(writer, args)
      const length = writer.pendingBytes - before
      if (length > FRAME_MAX_BYTES) throw new TypeError(`${procedure.name}: ${length} bytes are too many for one call`)
      writer.patchUint(before, length)
    } catch (error) {
      writer.truncate(before)
      throw error
    }
    this.#scheduleFlush()
  }

  /** A packet of a stream, copied nowhere. @param onSent when the transport has taken it, so that a writer waits */
  streamData({ program, number, serial }: StreamAddress, bytes: Uint8Array, onSent: OnSent): void {
    const before = this.#writer.pendingBytes
    this.#header(program, number, messageType.stream, serial, messageStatus.continue)
    this.#writer.patchUint(before, HEADER_BYTES + bytes.length)
    this.#transport.cork()
    this.#transport.write(this.#writer.takeWritten())
    this.#transport.write(bytes, onSent)
    this.#transport.uncork()
  }

  streamHole({ program, number, serial }: StreamAddress, lengthBytes: number, onSent: OnSent): void {
    const before = this.#writer.pendingBytes
    this.#header(program, number, messageType.streamHole, serial, messageStatus.continue)
    this.#writer.hyper(lengthBytes)
    this.#writer.uint(0) // no flags are defined
    this.#writer.patchUint(before, this.#writer.pendingBytes - before)
    this.#transport.write(this.#writer.takeWritten(), onSent)
  }

  streamEnd({ program, number, serial }: StreamAddress, how: 'finish' | 'abort'): void {
    const before = this.#writer.pendingBytes
    this.#header(program, number, messageType.stream, serial, how === 'finish' ? messageStatus.ok : messageStatus.error)
    this.#writer.patchUint(before, HEADER_BYTES)
    this.#scheduleFlush()
  }

  /** A whole message that waits for nothing. */
  atOnce(frame: Buffer): void {
    this.#transport.write(frame)
  }

  #header(program: number, procedure: number, type: number, serial: number, status: number): void {
    const writer = this.#writer
    writer.uint(0) // the length, known only at the end
    writer.uint(program)
    writer.uint(1) // the version of every program
    writer.int(procedure)
    writer.uint(type)
    writer.uint(serial)
    writer.uint(status)
  }

  #scheduleFlush(): void {
    if (this.#writer.pendingBytes >= FLUSH_BYTES) return this.#flush()
    if (this.#flushScheduled) return
    this.#flushScheduled = true
    process.nextTick(this.#flush)
  }
}
