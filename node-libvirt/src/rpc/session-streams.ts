import { ProtocolError, type ConnectionError } from '../errors.ts'
import { readNetStreamHole } from '../protocol/structs.generated.ts'
import type { XdrReader } from '../xdr/reader.ts'
import { readError } from './call-error.ts'
import { messageStatus } from './frame.ts'
import { endedCall } from './waiting-calls.ts'

/** The receiving end of one stream. */
export interface StreamSink {
  data(bytes: Buffer): void
  hole(lengthBytes: number): void
  /** The daemon has sent everything; it still waits for our finish. */
  endOfData(): void
  /** The daemon has confirmed our finish or our abort. */
  finished(): void
  failed(error: unknown): void
}

/** The streams of a session by the serial of the call that opened each. */
export class SessionStreams {
  readonly #open = new Map<number, { readonly name: string; readonly sink: StreamSink }>()
  readonly has = (serial: number): boolean => this.#open.has(serial)

  /** @param name of the procedure that opened it */
  add(serial: number, name: string, sink: StreamSink): void {
    this.#open.set(serial, { name, sink })
  }

  remove(serial: number): void {
    this.#open.delete(serial)
  }

  /** Packets of a stream that is over may still be on their way: they are dropped. */
  packet(serial: number, status: number, body: XdrReader, payload: Buffer): void {
    const stream = this.#open.get(serial)
    if (!stream) return
    if (status === messageStatus.continue) {
      if (payload.length === 0) stream.sink.endOfData()
      else stream.sink.data(payload)
      return
    }
    const error = status === messageStatus.error ? readError(stream.name, body) : null
    this.#open.delete(serial)
    if (error) stream.sink.failed(error)
    else stream.sink.finished()
  }

  /** @throws ProtocolError for a hole that cannot be */
  hole(serial: number, body: XdrReader): void {
    const hole = readNetStreamHole(body)
    body.finish()
    if (hole.length < 0n || hole.length > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new ProtocolError(`a hole of ${hole.length} bytes`)
    }
    this.#open.get(serial)?.sink.hole(Number(hole.length))
  }

  /** The session is over. */
  failAll(end: ConnectionError): void {
    const streams = [...this.#open.values()]
    this.#open.clear()
    for (const stream of streams) stream.sink.failed(endedCall(stream.name, end))
  }
}
