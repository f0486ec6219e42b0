import { ConnectionError, LibvirtError, ProtocolError } from '../errors.ts'
import type { EventCodec } from '../protocol/events.generated.ts'
import { EventQueue } from './event-queue.ts'
import type { RpcSession } from './session.ts'

/** How one family of events is registered with the daemon. */
export interface EventFamily {
  register(eventId: number): Promise<number>
  deregister(callbackId: number): Promise<unknown>
}

interface Source<Message> {
  readonly listeners: Set<(message: Message) => void>
  registration: Promise<number>
}

/**
 * Events of a connection. The daemon takes one registration an event and connection, so it is made with the first
 * listener, for all objects, fanned out here, and taken back with the last. Messages are told apart by their procedure
 * alone: callback ids of different families collide.
 */
export class EventRegistry {
  readonly #session: RpcSession
  readonly #stops = new Set<(error: Error | null) => void>()
  readonly #sources = new Map<object, Source<never>>()
  /** A new registration waits for the end of the old one's removal, or the daemon refuses it as a second one. */
  readonly #removals = new Map<object, Promise<unknown>>()

  constructor(session: RpcSession) {
    this.#session = session
    void this.#endWith(session.closed)
  }

  async #endWith(closed: Promise<Error | null>): Promise<void> {
    const error = await closed
    for (const stop of [...this.#stops]) stop(error)
  }

  /** @param translate makes the event of a message; null when the listener does not want it */
  listen<Message, T>(
    family: EventFamily,
    codec: EventCodec<Message>,
    translate: (message: Message) => T | null,
    signal: AbortSignal | undefined,
  ): EventQueue<T> {
    if (signal?.aborted) return new EventQueue<T>(Promise.resolve(), signal, () => undefined)
    const source = this.#source(family, codec)
    const listener = (message: Message) => {
      const event = translate(message)
      if (event !== null) queue.push(event)
    }
    const stop = (error: Error | null) => queue.connectionClosed(error)
    source.listeners.add(listener)
    this.#stops.add(stop)
    const ready = source.registration.then(() => undefined)
    const queue = new EventQueue<T>(ready, signal, () => {
      source.listeners.delete(listener)
      this.#stops.delete(stop)
      if (source.listeners.size === 0) this.#remove(family, codec, source)
    })
    return queue
  }

  #source<Message>(family: EventFamily, codec: EventCodec<Message>): Source<Message> {
    const known = this.#sources.get(codec) as Source<Message> | undefined
    if (known) return known
    const listeners = new Set<(message: Message) => void>()
    this.#session.setEventHandler(codec.program, codec.procedure, (reader) => {
      const message = codec.read(reader)
      reader.finish()
      for (const listener of [...listeners]) listener(message)
    })
    const before = this.#removals.get(codec) ?? Promise.resolve()
    const registration = before.then(() => family.register(codec.id))
    const source = { listeners, registration }
    this.#sources.set(codec, source)
    return source
  }

  #remove<Message>(family: EventFamily, codec: EventCodec<Message>, source: Source<Message>): void {
    this.#sources.delete(codec)
    this.#session.setEventHandler(codec.program, codec.procedure, null)
    this.#removals.set(codec, deregister(family, source.registration))
  }
}

/** Never fails: what was not registered is not there, and what cannot be removed costs a few dropped messages. */
async function deregister(family: EventFamily, registration: Promise<number>): Promise<void> {
  try {
    await family.deregister(await registration)
  } catch (error) {
    if (!(error instanceof LibvirtError) && !(error instanceof ConnectionError) && !(error instanceof ProtocolError)) {
      throw error
    }
  }
}
