import { Duplex } from 'node:stream'
import type { Procedure } from './protocol/procedures.generated.ts'
import { watchOptions } from './rpc/call-options.ts'
import type { StreamAddress } from './rpc/outbox.ts'
import type { StreamSink } from './rpc/session-streams.ts'
import type { RpcSession } from './rpc/session.ts'

/** Old daemons take no larger packets; newer ones lose nothing by it. */
const PACKET_BYTES = 262_120

/** What may wait unread before the connection stops reading. */
const READ_AHEAD_BYTES = 1_048_576
const READ_AHEAD_SEGMENTS = 8

/** A run of zero bytes that takes no space, in a sparse upload or download. */
export class StreamHole {
  constructor(readonly lengthBytes: number) {}
}

/**
 * - `read`: the daemon sends until its end of data (volume download, screenshot)
 * - `write`: we send, and `finish` means that the daemon has everything (volume upload)
 * - `both`: bytes go both ways until either side ends (console, channel)
 */
export type StreamDirection = 'read' | 'write' | 'both'

export interface StreamOptions {
  direction: StreamDirection
  /** Chunks are Uint8Array or StreamHole instead of bytes alone. */
  sparse?: boolean | undefined
  /** Aborts the stream with the signal's reason. */
  signal?: AbortSignal | undefined
  /** Fails the stream with a ConnectionError 'timeout' when the daemon has not opened it within this time. */
  timeoutMs?: number | undefined
}

/**
 * A libvirt stream as a Node duplex. `destroy` aborts it on the daemon and leaves the connection usable; a stream that
 * fails is destroyed with a LibvirtError or ConnectionError. While nobody reads, the whole connection stops reading
 * once a megabyte waits, replies and events included: give bulk transfers a connection of their own.
 */
export class LibvirtStream extends Duplex {
  /** Settles when the daemon has opened the stream, or with why it has not. Nobody needs to listen. */
  readonly opened: Promise<void>
  #settleOpened: { resolve: () => void; reject: (error: unknown) => void } | null = null
  readonly #session: RpcSession
  readonly #direction: StreamDirection
  #stream: StreamAddress | null = null
  #isOver = false
  #isHolding = false
  /** What waits for the daemon's consent. */
  #held: { go: () => void; done: (error?: Error | null) => void } | null = null
  #onFinished: ((error?: Error | null) => void) | null = null
  #finishSent = false

  /** Use `openStream`: it gives the stream and what the opening call answers. */
  constructor(session: RpcSession, options: StreamOptions) {
    const objects = options.sparse === true
    super({
      readableObjectMode: objects,
      writableObjectMode: objects,
      readableHighWaterMark: objects ? READ_AHEAD_SEGMENTS : READ_AHEAD_BYTES,
      writableHighWaterMark: objects ? 1 : PACKET_BYTES,
    })
    this.#session = session
    this.#direction = options.direction
    this.opened = new Promise((resolve, reject) => (this.#settleOpened = { resolve, reject }))
    this.opened.catch(() => undefined)
    if (options.direction === 'write') this.push(null)
    if (options.signal) this.#abortBy(options.signal)
  }

  /** Node's own way with signals destroys within its constructor, before there is anything of ours. */
  #abortBy(signal: AbortSignal): void {
    const abort = () => {
      const reason: unknown = signal.reason
      this.destroy(reason instanceof Error ? reason : new Error(String(reason)))
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    this.once('close', () => signal.removeEventListener('abort', abort))
  }

  /** Opens the stream by `procedure`; `opened` gives what the call answers and never goes unhandled. */
  static open<Args, Ret>(
    session: RpcSession,
    procedure: Procedure<Args, Ret>,
    args: Args,
    options: StreamOptions,
  ): { stream: LibvirtStream; opened: Promise<Ret> } {
    const stream = new LibvirtStream(session, options)
    const opened = new Promise<Ret>((resolve, reject) => {
      const stopWatching = stream.#watchOpening(procedure.name, options.timeoutMs)
      stream.once('error', reject)
      stream.once('close', stopWatching)
      stream.once('close', () => reject(new Error(`${procedure.name}: the stream was closed before it was open`)))
      if (stream.destroyed) return
      session.openStream(procedure, args, stream.#sink(), (address, ret) => {
        stopWatching()
        stream.#opened(address)
        resolve(ret)
      })
    })
    opened.catch(() => undefined)
    return { stream, opened }
  }

  #watchOpening(what: string, timeoutMs: number | undefined): () => void {
    return watchOptions(what, { timeoutMs }, (error) => this.#failed(error))
  }

  #opened(address: StreamAddress): void {
    this.#stream = address
    this.#settleOpened?.resolve()
    if (this.destroyed) return this.#session.sendStreamEnd(address, 'abort')
    const held = this.#held
    this.#held = null
    held?.go()
  }

  #sink(): StreamSink {
    return {
      data: (bytes) => this.#received(bytes),
      hole: (lengthBytes) => this.#received(new StreamHole(lengthBytes)),
      endOfData: () => this.#sendFinish(),
      finished: () => this.#finished(),
      failed: (error) => this.#failed(error),
    }
  }

  #received(chunk: Buffer | StreamHole): void {
    if (this.destroyed || this.#isOver || this.#direction === 'write') return
    if (this.push(chunk) || this.#isHolding) return
    this.#isHolding = true
    this.#session.holdReads()
  }

  #sendFinish(): void {
    if (this.#finishSent || this.destroyed || !this.#stream) return
    this.#finishSent = true
    this.#session.sendStreamEnd(this.#stream, 'finish')
  }

  #finished(): void {
    this.#isOver = true
    const onFinished = this.#onFinished
    this.#onFinished = null
    if (this.destroyed) return
    if (this.#direction !== 'write') this.push(null)
    if (onFinished) onFinished()
    else this.end()
  }

  #failed(error: unknown): void {
    this.#isOver = true
    this.destroy(error instanceof Error ? error : new Error(String(error)))
  }

  #release(): void {
    if (!this.#isHolding) return
    this.#isHolding = false
    this.#session.releaseReads()
  }

  override _read(): void {
    this.#release()
  }

  override _write(chunk: Uint8Array | StreamHole, _encoding: string, done: (error?: Error | null) => void): void {
    if (!this.#stream) {
      this.#held = { go: () => this._write(chunk, _encoding, done), done }
      return
    }
    if (this.#isOver) return done()
    if (chunk instanceof StreamHole) this.#session.sendStreamHole(this.#stream, chunk.lengthBytes, done)
    else this.#writePackets(this.#stream, chunk, 0, done)
  }

  #writePackets(stream: StreamAddress, bytes: Uint8Array, from: number, done: (error?: Error | null) => void): void {
    if (from >= bytes.length || this.destroyed) return done()
    const packet = bytes.subarray(from, from + PACKET_BYTES)
    this.#session.sendStreamData(stream, packet, (error) => {
      if (error) done(error)
      else this.#writePackets(stream, bytes, from + packet.length, done)
    })
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#stream) {
      this.#held = { go: () => this._final(done), done }
      return
    }
    if (this.#isOver || this.#direction === 'read') return done()
    this.#onFinished = done
    this.#sendFinish()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#release()
    this.#settleOpened?.reject(error ?? new Error('the stream was closed before it was open'))
    this.#held?.done(error ?? new Error('the stream was closed before it was open'))
    this.#held = null
    if (this.#stream && !this.#isOver) this.#session.sendStreamEnd(this.#stream, 'abort')
    done(error)
  }
}
