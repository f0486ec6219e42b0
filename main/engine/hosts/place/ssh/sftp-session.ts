import type { Duplex } from 'node:stream'

import { deferred, type Deferred } from '../../../deferred.ts'
import { SftpReader, SftpWriter } from './sftp-bytes.ts'

/** Of the SFTP protocol, version 3, as OpenSSH speaks it (draft-ietf-secsh-filexfer-02, and OpenSSH's PROTOCOL). */
const version = 3
const types = { init: 1, version: 2, status: 101 } as const
const statusCodes = { ok: 0, eof: 1 } as const
/** A server may send no more; a length beyond is none. */
const longestPacket = 512 * 1024
/** Far more than any disk takes; a server that opens what never answers is given up. */
const patienceMs = 30_000

export const sftpRequests = {
  open: 3,
  close: 4,
  read: 5,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  opendir: 11,
  readdir: 12,
  remove: 13,
  realpath: 16,
  stat: 17,
  extended: 200,
} as const

export interface SftpAnswer {
  readonly type: number
  readonly fields: SftpReader
}

/** What a server answers with when it does not do something. The codes are the system's, as Node has them. */
const codeOfStatus: Readonly<Record<number, string>> = { 2: 'ENOENT', 3: 'EACCES', 8: 'ENOSYS' }

/** Requests under way over one stream, each with its answer; when the stream ends, all of them fail. */
export class SftpSession {
  readonly closed: Promise<void>
  readonly #closed = deferred<void>()
  readonly #waiting = new Map<number, Deferred<SftpAnswer>>()
  readonly #begun = deferred<void>()
  #bytes = Buffer.alloc(0)
  #nextId = 0
  #failure: Error | null = null

  constructor(private readonly stream: Duplex) {
    this.closed = this.#closed.promise
    stream.on('data', (chunk: Buffer) => {
      this.#receive(chunk)
    })
    stream.once('error', (error) => {
      this.#end(error)
    })
    stream.once('close', () => {
      this.#end(new Error('the connection for files has ended'))
    })
    stream.write(new SftpWriter().byte(types.init).uint32(version).packet())
  }

  /** Resolves when the server has said that it speaks the protocol. */
  get begun(): Promise<void> {
    return this.#begun.promise
  }

  close(): void {
    this.stream.destroy()
  }

  /**
   * Asks for one thing. A refusal throws an error whose `code` is the system's; the end of a file or list is null.
   * @param path for the message of the error
   */
  async ask(type: number, path: string, write: (packet: SftpWriter) => SftpWriter): Promise<SftpAnswer | null> {
    if (this.#failure !== null) throw this.#failure
    const id = this.#nextId
    this.#nextId = (this.#nextId + 1) % 2 ** 32
    const waiting = deferred<SftpAnswer>()
    this.#waiting.set(id, waiting)
    const timer = setTimeout(() => {
      this.stream.destroy(new Error(`the host took too long to answer for ${path}`))
    }, patienceMs)
    try {
      this.stream.write(write(new SftpWriter().byte(type).uint32(id)).packet())
      const answer = await waiting.promise
      return answer.type === types.status ? refusal(answer.fields, path) : answer
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  #receive(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    while (this.#bytes.length >= 4) {
      const length = this.#bytes.readUInt32BE()
      if (length === 0 || length > longestPacket) {
        this.stream.destroy(new Error('what answers for the host’s files does not speak SFTP'))
        return
      }
      if (this.#bytes.length < 4 + length) return
      const packet = this.#bytes.subarray(4, 4 + length)
      this.#bytes = this.#bytes.subarray(4 + length)
      this.#answer(packet)
    }
  }

  #answer(packet: Buffer): void {
    try {
      const fields = new SftpReader(packet)
      const type = fields.byte()
      if (type === types.version) this.#begun.resolve()
      else this.#waiting.get(fields.uint32())?.resolve({ type, fields })
    } catch (error) {
      this.stream.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #end(error: Error): void {
    if (this.#failure !== null) return
    this.#failure = error
    this.#begun.reject(error)
    this.#begun.promise.catch(() => undefined) // who asked before has heard it
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#closed.resolve()
  }
}

function refusal(fields: SftpReader, path: string): null {
  const status = fields.uint32()
  if (status === statusCodes.ok || status === statusCodes.eof) return null
  const words = fields.isAtEnd ? '' : fields.text().toString('utf8').slice(0, 200)
  throw Object.assign(new Error(`${path}: ${words}`), { code: codeOfStatus[status] ?? 'EIO' })
}
