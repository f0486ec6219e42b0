import type { Duplex } from 'node:stream'
import { ConnectionError, ProtocolError, type ConnectionErrorReason } from '../errors.ts'
import { KEEPALIVE_PROGRAM } from '../protocol/constants.generated.ts'
import type { Procedure } from '../protocol/procedures.generated.ts'
import { XdrReader } from '../xdr/reader.ts'
import { readError } from './call-error.ts'
import type { CallOptions } from './call-options.ts'
import { FrameReader, HEADER_BYTES, headerAt, messageStatus, messageType } from './frame.ts'
import { Keepalive, PING, pingFrame, pongFrame, type KeepAliveOptions } from './keepalive.ts'
import { Outbox, type StreamAddress } from './outbox.ts'
import { SessionStreams, type StreamSink } from './session-streams.ts'
import { StreamGate } from './stream-gate.ts'
import { WaitingCalls, endedCall } from './waiting-calls.ts'

type EventHandler = (reader: XdrReader) => void

const eventKey = (program: number, procedure: number): number => program * 65_536 + procedure

/** libvirt's RPC over one byte duplex: calls in flight, events, streams and keepalive. Replies come in any order. */
export class RpcSession {
  /** Settles when the session is over: with the reason, or with null when `close` was called. */
  readonly closed: Promise<ConnectionError | null>
  readonly #transport: Duplex
  readonly #outbox: Outbox
  readonly #frames = new FrameReader((bytes, start, end) => this.#dispatch(bytes, start, end))
  readonly #calls = new WaitingCalls()
  readonly #streams = new SessionStreams()
  readonly #eventHandlers = new Map<number, EventHandler>()
  readonly #settleClosed: (error: ConnectionError | null) => void
  #keepalive: Keepalive | null = null
  #holds = 0
  #end: ConnectionError | null = null

  constructor(transport: Duplex) {
    this.#transport = transport
    this.#outbox = new Outbox(transport)
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
    return new Promise<T>((resolve, reject) => void this.#start(procedure, args, read, resolve, reject, options))
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
    const gate = new StreamGate(sink)
    let serial = 0 // stays so when the call could not even be sent
    const onRefused = (error: unknown) => {
      this.#streams.remove(serial)
      sink.failed(error)
    }
    const onConsent = (ret: Ret) => {
      onOpen({ name, program, number, serial }, ret)
      gate.open()
    }
    serial = this.#start(procedure, args, procedure.readRet, onConsent, onRefused, undefined)
    if (serial !== 0) this.#streams.add(serial, name, gate)
  }

  /** @param onSent when the transport has taken the bytes, so that a writer waits for it */
  sendStreamData(stream: StreamAddress, bytes: Uint8Array, onSent: (error?: Error | null) => void): void {
    if (this.#end) onSent(endedCall(stream.name, this.#end))
    else this.#outbox.streamData(stream, bytes, this.#explained(stream, onSent))
  }

  sendStreamHole(stream: StreamAddress, lengthBytes: number, onSent: (error?: Error | null) => void): void {
    if (this.#end) onSent(endedCall(stream.name, this.#end))
    else this.#outbox.streamHole(stream, lengthBytes, this.#explained(stream, onSent))
  }

  /** A write can fail before the end of the connection is read; the transport's own words are then the cause. */
  #explained(stream: StreamAddress, onSent: (error?: Error | null) => void): (error?: Error | null) => void {
    return (error) => {
      if (!error) return onSent()
      const broken = () => new ConnectionError('closed', `the connection broke: ${error.message}`, { cause: error })
      onSent(endedCall(stream.name, this.#end ?? broken()))
    }
  }

  /** Finishes or aborts a stream; the daemon confirms either. */
  sendStreamEnd(stream: StreamAddress, how: 'finish' | 'abort'): void {
    if (!this.#end) this.#outbox.streamEnd(stream, how)
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
    const ping = () => this.#outbox.atOnce(pingFrame)
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

  /** @returns the call's serial, or 0 when it was rejected at once */
  #start<Args, Ret, T>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    read: (reader: XdrReader) => T,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
    options: CallOptions | undefined,
  ): number {
    const { name, program, number } = procedure
    try {
      if (this.#end) throw endedCall(name, this.#end)
      options?.signal?.throwIfAborted()
      const serial = this.#calls.nextSerial(this.#streams.has)
      this.#outbox.call(procedure, serial, args)
      this.#calls.add(serial, { name, program, number, read, resolve, reject, stopWatching: null }, options)
      return serial
    } catch (error) {
      reject(error)
      return 0
    }
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
    if (type === messageType.event) return this.#eventHandlers.get(eventKey(program, procedure))?.(body)
    if (type === messageType.streamHole) return this.#streams.hole(serial, body)
    if (type !== messageType.stream) throw new ProtocolError(`a message of type ${type}, which no client receives`)
    this.#streams.packet(serial, status, body, bytes.subarray(start + HEADER_BYTES, end))
  }

  /** A PONG leaves at once: the daemon closes the connection of a client that lets it wait. */
  #keepaliveMessage(procedure: number): void {
    if (procedure === PING) this.#outbox.atOnce(pongFrame)
  }

  #reply(program: number, procedure: number, serial: number, status: number, body: XdrReader): void {
    const call = this.#calls.take(serial)
    if (call === null) return
    if (call === undefined) throw new ProtocolError(`a reply to serial ${serial}, which nobody waits for`)
    try {
      if (call.program !== program || call.number !== procedure) {
        throw new ProtocolError(`a reply of procedure ${procedure} to a call of ${call.name}`)
      }
      if (status === messageStatus.continue) throw new ProtocolError(`a reply to ${call.name} that is not whole`)
      if (status === messageStatus.error) return call.reject(readError(call.name, body))
      const value = call.read(body)
      body.finish()
      call.resolve(value as never) // `read` and `resolve` come from one call, whose types fit
    } catch (error) {
      call.reject(error)
      throw error
    }
  }

  #fail(reason: ConnectionErrorReason, message: string, cause?: Error): void {
    const error = new ConnectionError(reason, message, cause ? { cause } : undefined)
    this.#finish(error, error)
  }

  #finish(end: ConnectionError, told: ConnectionError | null): void {
    if (this.#end) return
    this.#end = end
    this.#frames.stop()
    this.#outbox.stop()
    this.#keepalive?.stop()
    this.#transport.destroy()
    this.#calls.rejectAll(end) // streams that wait for consent fail as calls
    this.#streams.failAll(end)
    this.#settleClosed(told)
  }
}
