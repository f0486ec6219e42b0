import { chmodSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'

import { FrameReader, headerAt, messageType } from '../../../../node-libvirt/src/rpc/frame.ts'
import { procedures } from '../../../../node-libvirt/src/protocol/procedures.generated.ts'

/** What is done to one call, counted among those of its procedure since the fault was set. */
export interface Fault {
  readonly procedure: string
  /** From 0. */
  readonly occurrence: number
  /** 'before': the daemon never gets the call. 'after': it does, and its answer is held until `happen` is done. */
  readonly moment: 'before' | 'after'
  readonly happen: () => Promise<void> | void
  /** Whether the line breaks there, or goes on. */
  readonly line: 'break' | 'go-on'
}

const names = new Map<string, string>(
  Object.values(procedures).map(({ name, program, number }) => [`${program}:${number}`, name]),
)

/** A socket in front of a daemon's that sees each call and can lose it, lose its answer, or do something in between. */
export class FaultySocket {
  readonly #server = createServer((client) => {
    this.#join(client)
  })
  readonly #sockets = new Set<Socket>()
  #seen: string[] = []
  #fault: Fault | null = null
  #count = 0
  #struck = false

  private constructor(
    readonly path: string,
    private readonly daemonPath: string,
  ) {}

  static async listen(path: string, daemonPath: string): Promise<FaultySocket> {
    const socket = new FaultySocket(path, daemonPath)
    await new Promise<void>((resolve) => socket.#server.listen(path, resolve))
    chmodSync(path, 0o777)
    return socket
  }

  /** Begins to note calls, and sets what happens to one of them; null: nothing. */
  watch(fault: Fault | null): void {
    this.#seen = []
    this.#fault = fault
    this.#count = 0
    this.#struck = false
  }

  /** The procedures called since `watch`, in their order. */
  get seen(): readonly string[] {
    return this.#seen
  }

  /** Whether the call of the fault has come. */
  get struck(): boolean {
    return this.#struck
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(client: Socket): void {
    const daemon = createConnection(this.daemonPath)
    const cut = () => {
      client.destroy()
      daemon.destroy()
    }
    for (const socket of [client, daemon]) {
      this.#sockets.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        cut()
      })
    }
    const awaited = new Map<number, Fault>()
    this.#pass(client, daemon, async (frame) => {
      if (frame.readUInt32BE(headerAt.type) !== messageType.call) return true
      const fault = this.#note(frame)
      if (fault === null) return true
      if (fault.moment === 'after') {
        awaited.set(frame.readUInt32BE(headerAt.serial), fault)
        return true
      }
      await fault.happen()
      if (fault.line === 'break') cut()
      return fault.line === 'go-on'
    })
    this.#pass(daemon, client, async (frame) => {
      const isReply = frame.readUInt32BE(headerAt.type) === messageType.reply
      const fault = isReply ? awaited.get(frame.readUInt32BE(headerAt.serial)) : undefined
      if (fault === undefined) return true
      await fault.happen()
      if (fault.line === 'break') cut()
      return fault.line === 'go-on'
    })
  }

  /** Hands frames on in their order; one that is held holds those behind it. */
  #pass(from: Socket, to: Socket, may: (frame: Buffer) => Promise<boolean>): void {
    let last = Promise.resolve()
    const frames = new FrameReader((bytes, start, end) => {
      const frame = Buffer.from(bytes.subarray(start, end))
      last = last.then(async () => {
        if (await may(frame)) to.write(frame)
      })
    })
    from.on('data', (chunk) => {
      frames.push(chunk)
    })
  }

  /** The fault, when this is its call. */
  #note(frame: Buffer): Fault | null {
    const program = frame.readUInt32BE(headerAt.program)
    const name = names.get(`${program}:${frame.readUInt32BE(headerAt.procedure)}`) ?? 'unknown'
    this.#seen.push(name)
    const fault = this.#fault
    if (fault?.procedure !== name) return null
    this.#count += 1
    if (this.#count - 1 !== fault.occurrence) return null
    this.#struck = true
    return fault
  }
}
