import { deferred, type Deferred } from '../deferred.ts'

/**
 * Collects what is to be read again and reads it in batches, one batch at a time: a burst of a thousand events costs
 * a few calls, and a single event none of the waiting.
 */
export class RefreshQueue<Aspect extends string> {
  readonly #work: (batch: ReadonlyMap<string, ReadonlySet<Aspect>>) => Promise<void>
  #waiting = new Map<string, Set<Aspect>>()
  #waitingDone: Deferred<void> | null = null
  #isHeld = false
  #isBusy = false

  constructor(work: (batch: ReadonlyMap<string, ReadonlySet<Aspect>>) => Promise<void>) {
    this.#work = work
  }

  /** Resolves when a batch that began after this call is done. */
  request(uuid: string, aspects: readonly Aspect[]): Promise<void> {
    const known = this.#waiting.get(uuid) ?? new Set()
    for (const aspect of aspects) known.add(aspect)
    this.#waiting.set(uuid, known)
    const done = (this.#waitingDone ??= deferred())
    this.#schedule()
    return done.promise
  }

  /** Nothing is read until `release`: while everything is read anyway. */
  hold(): void {
    this.#isHeld = true
  }

  release(): void {
    this.#isHeld = false
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isHeld || this.#isBusy || this.#waitingDone === null) return
    this.#isBusy = true
    // After the events that came in the same packet.
    setImmediate(() => void this.#run())
  }

  async #run(): Promise<void> {
    const batch = this.#waiting
    const done = this.#waitingDone
    this.#waiting = new Map()
    this.#waitingDone = null
    try {
      await this.#work(batch)
      done?.resolve()
    } catch (error) {
      done?.reject(error)
    } finally {
      this.#isBusy = false
      this.#schedule()
    }
  }
}
