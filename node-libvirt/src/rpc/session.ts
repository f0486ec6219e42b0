import type { Duplex } from 'node:stream'
import { ConnectionError, LibvirtError, ProtocolError, type ConnectionErrorReason } from '../errors.ts'
import { KEEPALIVE_PROGRAM } from '../protocol/constants.generated.ts'
import type { Procedure } from '../protocol/procedures.generated.ts'
import { readNetMessageError, readNetStreamHole, writeNetStreamHole } from '../protocol/structs.generated.ts'
import { XdrReader } from '../xdr/reader.ts'
import { XdrWriter } from '../xdr/writer.ts'
import { watchOptions, type CallOptions } from './call-options.ts'
import { FRAME_MAX_BYTES, FrameReader, HEADER_BYTES, headerAt, messageStatus, messageType } from './frame.ts'
import { Keepalive, PING, pingFrame, pongFrame, type KeepAliveOptions } from './keepalive.ts'

/** A call that waits for its answer. */
interface Waiting {
  readonly name: string
  readonly program: number
  readonly procedure: number
  readonly answer: (reader: XdrReader) => void
  readonly fail: (error: unknown) => void
}

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

/** What names a stream on the wire: the call that opened it. */
export interface StreamAddress {
  readonly name: string
  readonly program: number
  readonly number: number
  readonly serial: number
}

type EventHandler = (reader: XdrReader) => void

const eventKey = (program: number, procedure: number): number => program * 65_536 + procedure

/** libvirt's RPC over one byte duplex: calls in flight, events, streams and keepalive. Replies come in any order. */
export class RpcSession {
  /** Settles when the session is over: with the reason, or with null when `close` was called. */
  readonly closed: Promise<ConnectionError | null>
  readonly #transport: Duplex
  readonly #writer = new XdrWriter()
  readonly #frames = new FrameReader((bytes, start, end) => this.#dispatch(bytes, start, end))
  readonly #waiting = new Map<number, Waiting>()
  /** Serials whose caller has given up; their reply is dropped when it comes. */
  readonly #abandoned = new Set<number>()
  readonly #streams = new Map<number, { name: string; sink: StreamSink }>()
  readonly #eventHandlers = new Map<number, EventHandler>()
  readonly #settleClosed: (error: ConnectionError | null) => void
  #keepalive: Keepalive | null = null
  #lastSerial = 0
  #flushScheduled = false
  #holds = 0
  #end: ConnectionError | null = null

  constructor(transport: Duplex) {
    this.#transport = transport
    let settle: (error: ConnectionError | null) => void = () => undefined
    this.closed = new Promise((resolve) => (settle = resolve))
    this.#settleClosed = settle
    transport.on('data', (chunk: Buffer) => this.#receive(chunk))
    transport.on('error', (error: Error) => this.#fail('closed', `the connection broke: ${error.message}`, error))
    transport.on('end', () => this.#fail('closed', 'the daemon closed the connection'))
    transport.on('close', () => this.#fail('closed', 'the connection was closed'))
  }

  get isOpen(): boolean {
    return this.#end === null
  }

  call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    return this.callReading(procedure, args, procedure.readRet, options)
  }

  /** Like `call`, with another way to read the answer. */
  callReading<Args, Ret, T>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    read: (reader: XdrReader) => T,
    options?: CallOptions,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#start(procedure, args, { answer: (reader) => resolve(readWhole(reader, read)), fail: reject }, options)
    })
  }

  /**
   * Makes the call that opens a stream. The sink hears of everything that follows the daemon's consent.
   * A stream that is no longer wanted when `onOpen` comes must be aborted then: the daemon has opened it.
   */
  openStream<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    sink: StreamSink,
    onOpen: (stream: StreamAddress, ret: Ret) => void,
  ): void {
    const { name, program, number } = procedure
    let serial = 0
    const answer = (reader: XdrReader) => {
      const ret = readWhole(reader, procedure.readRet)
      this.#streams.set(serial, { name, sink })
      onOpen({ name, program, number, serial }, ret)
    }
    serial = this.#start(procedure, args, { answer, fail: (error) => sink.failed(error) }, undefined)
  }

  /** @param onSent when the transport has taken the bytes, so that a writer waits for it */
  sendStreamData(stream: StreamAddress, bytes: Uint8Array, onSent: (error?: Error | null) => void): void {
    if (this.#end) return onSent(this.#end)
    const before = this.#writer.pendingBytes
    this.#writeHeader(stream.program, stream.number, messageType.stream, stream.serial, messageStatus.continue)
    this.#writer.patchUint(before, HEADER_BYTES + bytes.length)
    this.#transport.cork()
    this.#transport.write(this.#writer.takeWritten())
    this.#transport.write(bytes, onSent)
    this.#transport.uncork()
  }

  sendStreamHole(stream: StreamAddress, lengthBytes: number, onSent: (error?: Error | null) => void): void {
    if (this.#end) return onSent(this.#end)
    const before = this.#writer.pendingBytes
    this.#writeHeader(stream.program, stream.number, messageType.streamHole, stream.serial, messageStatus.continue)
    writeNetStreamHole(this.#writer, { length: BigInt(lengthBytes), flags: 0 })
    this.#writer.patchUint(before, this.#writer.pendingBytes - before)
    this.#transport.write(this.#writer.takeWritten(), onSent)
  }

  /** Finishes or aborts a stream; the daemon confirms either. */
  sendStreamEnd(stream: StreamAddress, how: 'finish' | 'abort'): void {
    if (this.#end) return
    const status = how === 'finish' ? messageStatus.ok : messageStatus.error
    const before = this.#writer.pendingBytes
    this.#writeHeader(stream.program, stream.number, messageType.stream, stream.serial, status)
    this.#writer.patchUint(before, HEADER_BYTES)
    this.#scheduleFlush()
  }

  /** At most one handler an event; it reads the message after the header. */
  setEventHandler(program: number, procedure: number, handler: EventHandler | null): void {
    const key = eventKey(program, procedure)
    if (handler) this.#eventHandlers.set(key, handler)
    else this.#eventHandlers.delete(key)
  }

  startKeepalive(options: KeepAliveOptions): void {
    if (this.#end) return
    this.#keepalive?.stop()
    const onDead = () => {
      const silentMs = options.intervalMs * (options.count + 1)
      this.#fail('keepalive', `the daemon gave no sign of life for ${silentMs} ms`)
    }
    const ping = () => void this.#transport.write(pingFrame)
    this.#keepalive = new Keepalive(options, ping, onDead, () => this.#holds > 0)
  }

  /** Stops reading until as many releases came: a full stream must not fill the memory. Everything waits with it. */
  holdReads(): void {
    this.#holds++
    this.#transport.pause()
  }

  releaseReads(): void {
    this.#holds--
    if (this.#holds === 0) this.#transport.resume()
  }

  /** Ends the session from our side; what is in flight is rejected. */
  close(): void {
    this.#finish(new ConnectionError('closed', 'the connection was closed by its owner'), null)
  }

  #start<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    outcome: { answer: (reader: XdrReader) => void; fail: (error: unknown) => void },
    options: CallOptions | undefined,
  ): number {
    const { name, program, number } = procedure
    if (this.#end) return this.#refuse(outcome.fail, endedCall(name, this.#end))
    if (options?.signal?.aborted) return this.#refuse(outcome.fail, options.signal.reason)
    let serial = 0
    try {
      serial = this.#writeCall(procedure, args)
    } catch (error) {
      return this.#refuse(outcome.fail, error)
    }
    if (options?.signal === undefined && options?.timeoutMs === undefined) {
      this.#waiting.set(serial, { name, program, procedure: number, ...outcome })
      return serial
    }
    const stopWatching = watchOptions(name, options, (error) => {
      stopWatching()
      this.#waiting.delete(serial)
      this.#abandoned.add(serial)
      outcome.fail(error)
    })
    const answer = (reader: XdrReader) => {
      stopWatching()
      outcome.answer(reader)
    }
    const fail = (error: unknown) => {
      stopWatching()
      outcome.fail(error)
    }
    this.#waiting.set(serial, { name, program, procedure: number, answer, fail })
    return serial
  }

  #refuse(fail: (error: unknown) => void, error: unknown): 0 {
    fail(error)
    return 0
  }

  #writeCall<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args): number {
    const writer = this.#writer
    const before = writer.pendingBytes
    const serial = this.#nextSerial()
    this.#writeHeader(procedure.program, procedure.number, messageType.call, serial, messageStatus.ok)
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
    return serial
  }

  #writeHeader(program: number, procedure: number, type: number, serial: number, status: number): void {
    const writer = this.#writer
    writer.uint(0) // the length, known only at the end
    writer.uint(program)
    writer.uint(1) // the version of every program
    writer.int(procedure)
    writer.uint(type)
    writer.uint(serial)
    writer.uint(status)
  }

  /** Serials start at 1, wrap after 32 bits, and are never 0 nor one that is still in use. */
  #nextSerial(): number {
    do this.#lastSerial = this.#lastSerial === 0xffff_ffff ? 1 : this.#lastSerial + 1
    while (
      this.#waiting.has(this.#lastSerial) ||
      this.#streams.has(this.#lastSerial) ||
      this.#abandoned.has(this.#lastSerial)
    )
    return this.#lastSerial
  }

  /** All that is called in one turn leaves in one write: that is most of the speed of pipelined calls. */
  #scheduleFlush(): void {
    if (this.#flushScheduled) return
    this.#flushScheduled = true
    process.nextTick(() => {
      this.#flushScheduled = false
      if (this.#end === null && this.#writer.pendingBytes > 0) this.#transport.write(this.#writer.takeWritten())
    })
  }

  #receive(chunk: Buffer): void {
    if (this.#end) return
    this.#keepalive?.heard()
    try {
      this.#frames.push(chunk)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#fail('protocol', `the daemon sent what the protocol does not allow: ${error.message}`, error)
    }
  }

  #dispatch(bytes: Buffer, start: number, end: number): void {
    const program = bytes.readUInt32BE(start + headerAt.program)
    const version = bytes.readUInt32BE(start + headerAt.version)
    const procedure = bytes.readInt32BE(start + headerAt.procedure)
    const type = bytes.readUInt32BE(start + headerAt.type)
    const serial = bytes.readUInt32BE(start + headerAt.serial)
    const status = bytes.readUInt32BE(start + headerAt.status)
    if (version !== 1) throw new ProtocolError(`version ${version} of program ${program}`)
    if (status > messageStatus.continue) throw new ProtocolError(`a message with status ${status}`)
    const body = new XdrReader(bytes, start + HEADER_BYTES, end)
    if (program === KEEPALIVE_PROGRAM) return this.#keepaliveMessage(procedure)
    if (type === messageType.reply) return this.#reply(program, procedure, serial, status, body)
    if (type === messageType.event) return this.#event(program, procedure, body)
    if (type === messageType.stream)
      return this.#streamPacket(serial, status, body, bytes.subarray(start + HEADER_BYTES, end))
    if (type === messageType.streamHole) return this.#streamHole(serial, body)
    throw new ProtocolError(`a message of type ${type}, which a client does not receive`)
  }

  /** A PONG leaves at once: the daemon closes the connection of a client that lets it wait. */
  #keepaliveMessage(procedure: number): void {
    if (procedure === PING) this.#transport.write(pongFrame)
  }

  #reply(program: number, procedure: number, serial: number, status: number, body: XdrReader): void {
    const waiting = this.#waiting.get(serial)
    if (!waiting) {
      if (this.#abandoned.delete(serial)) return
      throw new ProtocolError(`a reply to serial ${serial}, which nobody waits for`)
    }
    this.#waiting.delete(serial)
    try {
      if (waiting.program !== program || waiting.procedure !== procedure) {
        throw new ProtocolError(`a reply of procedure ${procedure} to a call of ${waiting.name}`)
      }
      if (status === messageStatus.continue) throw new ProtocolError(`a reply to ${waiting.name} that is not whole`)
      if (status === messageStatus.error) return waiting.fail(readError(waiting.name, body))
      waiting.answer(body)
    } catch (error) {
      waiting.fail(error)
      throw error
    }
  }

  #event(program: number, procedure: number, body: XdrReader): void {
    this.#eventHandlers.get(eventKey(program, procedure))?.(body)
  }

  /** Packets of a stream that is over may still be on their way: they are dropped. */
  #streamPacket(serial: number, status: number, body: XdrReader, payload: Buffer): void {
    const stream = this.#streams.get(serial)
    if (!stream) return
    if (status === messageStatus.continue)
      return payload.length === 0 ? stream.sink.endOfData() : stream.sink.data(payload)
    this.#streams.delete(serial)
    if (status === messageStatus.ok) stream.sink.finished()
    else stream.sink.failed(readError(stream.name, body))
  }

  #streamHole(serial: number, body: XdrReader): void {
    const hole = readNetStreamHole(body)
    body.finish()
    if (hole.length < 0n || hole.length > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new ProtocolError(`a hole of ${hole.length} bytes`)
    }
    this.#streams.get(serial)?.sink.hole(Number(hole.length))
  }

  #fail(reason: ConnectionErrorReason, message: string, cause?: Error): void {
    const error = new ConnectionError(reason, message, cause ? { cause } : undefined)
    this.#finish(error, error)
  }

  #finish(end: ConnectionError, told: ConnectionError | null): void {
    if (this.#end) return
    this.#end = end
    this.#frames.stop()
    this.#keepalive?.stop()
    this.#transport.destroy()
    const waiting = [...this.#waiting.values()]
    const streams = [...this.#streams.values()]
    this.#waiting.clear()
    this.#streams.clear()
    this.#abandoned.clear()
    for (const call of waiting) call.fail(endedCall(call.name, end))
    for (const stream of streams) stream.sink.failed(endedCall(stream.name, end))
    this.#settleClosed(told)
  }
}

function readWhole<T>(body: XdrReader, read: (reader: XdrReader) => T): T {
  const value = read(body)
  body.finish()
  return value
}

function endedCall(name: string, end: ConnectionError): ConnectionError {
  return new ConnectionError(end.reason, `${name}: ${end.message}`, { cause: end.cause ?? end })
}

function readError(procedure: string, body: XdrReader): LibvirtError {
  const error = readNetMessageError(body)
  body.finish()
  return new LibvirtError(procedure, error)
}
