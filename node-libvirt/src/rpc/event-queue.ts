import { EventOverflowError } from '../errors.ts'

/** How many events may wait for a reader. A fleet of the largest size that libvirt lists fits four times. */
export const EVENTS_MAX = 65_536

/** Events of one kind, as they come. */
export interface EventStream<T> extends AsyncIterableIterator<T> {
  /** Settles when the daemon has begun to send; list after it, and no change between is missed. */
  readonly ready: Promise<void>
  /** Stops listening. */
  return(): Promise<IteratorResult<T>>
  next(): Promise<IteratorResult<T>>
  [Symbol.asyncDispose](): Promise<void>
}

type Outcome = { error: unknown } | 'done'

/**
 * The reader's end of an event registration. It ends when it is returned from, its signal aborts or the connection is
 * closed by its owner; it throws when the connection is lost, and with an EventOverflowError once its reader is
 * EVENTS_MAX events behind, as then events are missing and memory must stay bounded.
 */
export class EventQueue<T> implements EventStream<T> {
  readonly ready: Promise<void>
  readonly #onEnd: () => void
  #events: T[] = []
  #readers: { resolve: (result: IteratorResult<T>) => void; reject: (error: unknown) => void }[] = []
  #outcome: Outcome | null = null
  #read = 0

  constructor(ready: Promise<void>, signal: AbortSignal | undefined, onEnd: () => void) {
    const onAbort = () => this.#end('done')
    this.#onEnd = () => {
      signal?.removeEventListener('abort', onAbort)
      onEnd()
    }
    this.ready = ready
    ready.catch((error: unknown) => this.#end({ error }))
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
  }

  push(event: T): void {
    if (this.#outcome) return
    const reader = this.#readers.shift()
    if (reader) return reader.resolve({ done: false, value: event })
    if (this.#events.length - this.#read < EVENTS_MAX) return void this.#events.push(event)
    this.#events = []
    this.#read = 0
    this.#end({ error: new EventOverflowError(`more than ${EVENTS_MAX} events waited for their reader`) })
  }

  /** The connection is gone; what has arrived can still be read. */
  connectionClosed(error: Error | null): void {
    this.#end(error ? { error } : 'done')
  }

  async next(): Promise<IteratorResult<T>> {
    const event = this.#shift()
    if (event) return { done: false, value: event.value }
    if (!this.#outcome) return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }))
    const outcome = this.#outcome
    this.#outcome = 'done' // an error is told once
    if (outcome !== 'done') throw outcome.error
    return { done: true, value: undefined }
  }

  return(): Promise<IteratorResult<T>> {
    this.#events = []
    this.#read = 0
    this.#end('done')
    this.#outcome = 'done'
    return Promise.resolve({ done: true, value: undefined })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Events are taken from a moving start, as shifting a long array is slow. */
  #shift(): { value: T } | null {
    if (this.#read >= this.#events.length) return null
    const value = this.#events[this.#read++] as T
    if (this.#read > 1024 && this.#read * 2 > this.#events.length) {
      this.#events.splice(0, this.#read)
      this.#read = 0
    }
    return { value }
  }

  #end(outcome: Outcome): void {
    if (this.#outcome) return
    this.#outcome = outcome
    this.#onEnd()
    const readers = this.#readers
    this.#readers = []
    for (const [index, reader] of readers.entries()) {
      if (outcome !== 'done' && index === 0) reader.reject(outcome.error)
      else reader.resolve({ done: true, value: undefined })
    }
    if (readers.length > 0) this.#outcome = 'done'
  }
}
