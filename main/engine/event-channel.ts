import { systemClock, type Clock } from './clock.ts'
import { deferred, type Deferred } from './deferred.ts'

/** Tells every listener, at once and in order. Nothing is kept: who listens later hears only what comes later. */
export class EventChannel<Event> {
  readonly #listeners = new Set<(event: Event) => void>()

  emit(event: Event): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** Returns the way to stop. */
  listen(listener: (event: Event) => void): () => void {
    // A wrapper of its own, so that one function listening twice is heard twice and stopped once.
    const own = (event: Event) => {
      listener(event)
    }
    this.#listeners.add(own)
    return () => {
      this.#listeners.delete(own)
    }
  }

  get isListenedTo(): boolean {
    return this.#listeners.size > 0
  }
}

/** What has changed since the last message; made small by whoever knows what may be forgotten. */
export interface Pending<Message> {
  /** Null: nothing to tell. */
  take(): Message | null
}

export interface CoalescedStreamOptions<Message> {
  readonly pending: Pending<Message>
  /** At most one message in this time. */
  readonly intervalMs: number
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined
  /** Ends it too: what it tells of is gone. */
  readonly ended?: AbortSignal | undefined
  /** Called once when the stream ends, whoever ended it. */
  readonly onEnd?: () => void
  readonly clock?: Clock
}

/**
 * An endless stream of messages for one client. What happens between two messages is collected, not queued: a
 * message is made when it is asked for and its time has come, from what holds then. Not a generator, because
 * ending one that waits would have to wait for what it waits for.
 */
export class CoalescedStream<Message> implements AsyncIteratorObject<Message, undefined, void> {
  readonly #options: CoalescedStreamOptions<Message>
  readonly #clock: Clock
  #waiting: Deferred<IteratorResult<Message, undefined>> | null = null
  #lastMessageMs = Number.NEGATIVE_INFINITY
  #stopTimer: (() => void) | null = null
  #ended = false

  constructor(options: CoalescedStreamOptions<Message>) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    const signals = [options.signal, options.ended]
    if (signals.some((signal) => signal?.aborted === true)) this.#end()
    else for (const signal of signals) signal?.addEventListener('abort', this.#end, { once: true })
  }

  /** Says that `pending` may have something now. Cheap: call it as often as things happen. */
  wake(): void {
    if (this.#waiting === null || this.#stopTimer !== null || this.#ended) return
    const waitMs = this.#lastMessageMs + this.#options.intervalMs - this.#clock.nowMs()
    if (waitMs > 0) this.#stopTimer = this.#clock.after(waitMs, this.#deliver)
    // Also without a need to wait, what happens in this turn of the event loop goes together.
    else this.#stopTimer = this.#clock.after(0, this.#deliver)
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    this.#waiting ??= deferred()
    const { promise } = this.#waiting
    this.wake()
    return promise
  }

  return(): Promise<IteratorResult<Message, undefined>> {
    this.#end()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#end()
    return Promise.resolve()
  }

  readonly #deliver = (): void => {
    this.#stopTimer = null
    const message = this.#waiting === null ? null : this.#options.pending.take()
    if (message === null) return
    this.#lastMessageMs = this.#clock.nowMs()
    this.#settle({ done: false, value: message })
  }

  readonly #end = (): void => {
    if (this.#ended) return
    this.#ended = true
    this.#stopTimer?.()
    for (const signal of [this.#options.signal, this.#options.ended]) signal?.removeEventListener('abort', this.#end)
    this.#settle({ done: true, value: undefined })
    this.#options.onEnd?.()
  }

  #settle(result: IteratorResult<Message, undefined>): void {
    this.#waiting?.resolve(result)
    this.#waiting = null
  }
}
