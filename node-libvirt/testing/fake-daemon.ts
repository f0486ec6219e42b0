import { duplexPair, type Duplex } from 'node:stream'
import type { Args, ProcedureName, Ret } from '../src/connection.ts'
import type { LibvirtErrorDetail } from '../src/errors.ts'
import { KEEPALIVE_PROGRAM } from '../src/protocol/constants.generated.ts'
import type { EventCodec } from '../src/protocol/events.generated.ts'
import { procedures, type Procedure } from '../src/protocol/procedures.generated.ts'
import { writeNetMessageError, writeNetStreamHole } from '../src/protocol/structs.generated.ts'
import { FrameReader, HEADER_BYTES, headerAt, messageStatus, messageType } from '../src/rpc/frame.ts'
import { pingFrame, PONG } from '../src/rpc/keepalive.ts'
import { XdrReader } from '../src/xdr/reader.ts'
import { XdrWriter } from '../src/xdr/writer.ts'

/** A call as the fake daemon sees it; it is answered by one of its methods, in any order, or never. */
export interface FakeCall<P extends ProcedureName = ProcedureName> {
  readonly procedure: P
  readonly args: Args<P>
  readonly serial: number
  reply(ret: Ret<P>): void
  fail(error: Partial<LibvirtErrorDetail>): void
  /** One packet of the stream that the call opened. */
  streamData(bytes: Uint8Array): void
  streamHole(lengthBytes: number): void
  streamEndOfData(): void
  /** Confirms the client's finish or abort. */
  streamFinished(): void
  streamFailed(error: Partial<LibvirtErrorDetail>): void
}

/** A packet that the client sent in a stream. */
export type StreamPacket = { bytes: Buffer } | { holeBytes: bigint } | 'finish' | 'abort'

export type Script = { readonly [P in ProcedureName]?: (call: FakeCall<P>, daemon: FakeDaemon) => void }

/** What a daemon answers that opens any URI and says nothing else. */
export const openingScript: Script = {
  authList: (call) => call.reply({ types: [0] }),
  connectSupportsFeature: (call) => call.reply({ supported: 1 }),
  connectOpen: (call) => call.reply(),
  connectClose: (call) => call.reply(),
}

const table = procedures as unknown as Readonly<Record<string, Procedure<unknown, unknown>>>
const byNumber = new Map(Object.values(table).map((one) => [`${one.program}/${one.number}`, one]))

const NO_ERROR: LibvirtErrorDetail & { dom: null; net: null } = {
  code: 1,
  domain: 0,
  message: null,
  level: 2,
  dom: null,
  str1: null,
  str2: null,
  str3: null,
  int1: 0,
  int2: 0,
  net: null,
}

/**
 * A daemon that does what a real one refuses to do: it cuts, lies, stays silent, floods. It speaks over one end of a pair
 * of duplexes with the product's own codecs in reverse.
 */
export class FakeDaemon {
  /** The client's end: give it to `openConnection` as `connectTransport`. */
  readonly clientEnd: Duplex
  /** Every packet that came in a stream, by serial. */
  readonly packets: { serial: number; packet: StreamPacket }[] = []
  /** What has been sent so far. */
  sentBytes = 0
  pongs = 0
  /** Called for each packet of a stream. */
  onPacket: ((serial: number, packet: StreamPacket) => void) | null = null
  readonly #end: Duplex
  readonly #script: Script
  readonly #cutAfterBytes: number
  readonly #byteByByte: boolean

  constructor(script: Script, faults: { cutAfterBytes?: number; byteByByte?: boolean } = {}) {
    const [clientEnd, end] = duplexPair()
    this.clientEnd = clientEnd
    this.#end = end
    this.#script = script
    this.#cutAfterBytes = faults.cutAfterBytes ?? Number.POSITIVE_INFINITY
    this.#byteByByte = faults.byteByByte ?? false
    const frames = new FrameReader((bytes, start, stop) => this.#receive(bytes, start, stop))
    end.on('data', (chunk: Buffer) => frames.push(chunk))
    end.on('error', () => undefined) // the client may go at any moment
    if (this.#cutAfterBytes === 0) this.cut()
  }

  /** What `connectTransport` wants. */
  readonly transport = (): Promise<Duplex> => Promise.resolve(this.clientEnd)

  /** Ends the connection without a word. */
  cut(): void {
    this.#end.destroy()
    this.clientEnd.destroy()
  }

  /** Sends bytes as they are, within the faults that are set. */
  send(bytes: Uint8Array): void {
    if (this.#end.destroyed) return
    const allowed = bytes.subarray(0, this.#cutAfterBytes - this.sentBytes)
    this.sentBytes += allowed.length
    if (this.#byteByByte) for (const byte of allowed) this.#end.write(Uint8Array.of(byte))
    else if (allowed.length > 0) this.#end.write(Buffer.from(allowed))
    if (this.sentBytes >= this.#cutAfterBytes) this.#end.end(() => this.cut())
  }

  ping(): void {
    this.send(pingFrame)
  }

  event<Message>(codec: EventCodec<Message>, message: Message): void {
    this.send(
      frame(codec.program, codec.procedure, messageType.event, 0, messageStatus.ok, (w) => codec.write(w, message)),
    )
  }

  #receive(bytes: Buffer, start: number, end: number): void {
    const program = bytes.readUInt32BE(start + headerAt.program)
    const number = bytes.readUInt32BE(start + headerAt.procedure)
    const type = bytes.readUInt32BE(start + headerAt.type)
    const serial = bytes.readUInt32BE(start + headerAt.serial)
    const status = bytes.readUInt32BE(start + headerAt.status)
    if (program === KEEPALIVE_PROGRAM) {
      if (number === PONG) this.pongs++
      return
    }
    const body = bytes.subarray(start + HEADER_BYTES, end)
    if (type === messageType.stream || type === messageType.streamHole) return this.#packet(serial, type, status, body)
    const procedure = byNumber.get(`${program}/${number}`)
    if (!procedure) throw new Error(`the client called procedure ${number} of program ${program}`)
    const answer = this.#script[procedure.name as ProcedureName] as
      ((call: unknown, daemon: FakeDaemon) => void) | undefined
    answer?.(this.#call(procedure, serial, procedure.readArgs(new XdrReader(body))), this)
  }

  #packet(serial: number, type: number, status: number, body: Buffer): void {
    const packet: StreamPacket =
      type === messageType.streamHole
        ? { holeBytes: body.readBigInt64BE(0) }
        : status === messageStatus.ok
          ? 'finish'
          : status === messageStatus.error
            ? 'abort'
            : { bytes: Buffer.from(body) }
    this.packets.push({ serial, packet })
    this.onPacket?.(serial, packet)
  }

  #call(procedure: Procedure<unknown, unknown>, serial: number, args: unknown) {
    const { program, number } = procedure
    const send = (type: number, status: number, write: (w: XdrWriter) => void) =>
      this.send(frame(program, number, type, serial, status, write))
    const { reply, stream, streamHole } = messageType
    const nothing = () => undefined
    return {
      procedure: procedure.name,
      args,
      serial,
      reply: (ret: unknown) => send(reply, messageStatus.ok, (w) => procedure.writeRet(w, ret)),
      fail: (error: Partial<LibvirtErrorDetail>) =>
        send(reply, messageStatus.error, (w) => writeNetMessageError(w, { ...NO_ERROR, ...error })),
      streamData: (bytes: Uint8Array) =>
        this.send(
          Buffer.concat([frame(program, number, stream, serial, messageStatus.continue, nothing, bytes.length), bytes]),
        ),
      streamHole: (lengthBytes: number) =>
        send(streamHole, messageStatus.continue, (w) =>
          writeNetStreamHole(w, { length: BigInt(lengthBytes), flags: 0 }),
        ),
      streamEndOfData: () => send(stream, messageStatus.continue, nothing),
      streamFinished: () => send(stream, messageStatus.ok, nothing),
      streamFailed: (error: Partial<LibvirtErrorDetail>) =>
        send(stream, messageStatus.error, (w) => writeNetMessageError(w, { ...NO_ERROR, ...error })),
    }
  }
}

/** The bytes of one message. @param extraBytes what its length counts beyond what is written here */
export function frame(
  program: number,
  procedure: number,
  type: number,
  serial: number,
  status: number,
  write: (w: XdrWriter) => void,
  extraBytes = 0,
): Buffer {
  const writer = new XdrWriter(1024)
  for (const word of [0, program, 1, procedure, type, serial, status]) writer.uint(word)
  write(writer)
  writer.patchUint(0, writer.pendingBytes + extraBytes)
  return writer.takeWritten()
}
