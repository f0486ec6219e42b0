import type { StrataProblem } from '@strata/contract/errors.ts'
import type { HostStatus } from '@strata/contract/hosts.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Connection } from 'node-libvirt'

import { deferred } from '../deferred.ts'
import { systemClock, type Clock } from '../clock.ts'
import { StrataError } from '../strata-error.ts'
import { backoffMs } from './backoff.ts'

export interface HostConnectionOptions {
  readonly open: (signal: AbortSignal) => Promise<Connection>
  /** Loads the picture; the host counts as connected when this is done. */
  readonly prepare: (connection: Connection) => Promise<void>
  readonly explain: (error: unknown) => Promise<StrataProblem>
  readonly onStatus: (status: HostStatus) => void
  readonly clock?: Clock
}

/** Keeps one connection to a host: opens it, notices its end at once, and opens it again until closed. */
export class HostConnection {
  readonly #options: HostConnectionOptions
  readonly #clock: Clock
  readonly #closing = new AbortController()
  #status: HostStatus = { state: 'connecting' }
  #connection: Connection | null = null
  #failures = 0
  #lastSeenMs: number | null = null
  #run: Promise<void> | null = null
  /** Ends the wait before the next attempt. */
  #hurry: () => void = () => undefined
  #attempt = deferred<StrataProblem | null>()

  constructor(options: HostConnectionOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  get status(): HostStatus {
    return this.#status
  }

  get connection(): Connection | null {
    return this.#connection
  }

  start(): void {
    this.#run ??= this.#keepConnected()
  }

  /** Tries now; resolves when connected, and rejects with the reason when this attempt fails. */
  async reconnect(): Promise<void> {
    if (this.#connection !== null) return
    const attempt = this.#attempt.promise
    this.#hurry()
    const problem = await attempt
    if (problem !== null)
      throw new StrataError(problem.code, problem.said, {
        detail: problem.detail ?? undefined,
        repairs: problem.repairs,
      })
  }

  /** Resolves at once when connected, else with the attempt that succeeds. */
  async whenConnected(signal?: AbortSignal): Promise<void> {
    while (this.#connection === null) {
      if (this.#closing.signal.aborted) throw new StrataError('cancelled', say('hosts.strataClosing'))
      await withSignal(this.#attempt.promise, signal)
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#hurry()
    await this.#connection?.close()
    await this.#run
    this.#attempt.resolve(null)
  }

  async #keepConnected(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const problem = await this.#connectOnce()
      if (this.#closing.signal.aborted) return
      if (problem === null) await this.#untilLost()
      else await this.#waitAfter(problem)
    }
  }

  /** Null: connected. */
  async #connectOnce(): Promise<StrataProblem | null> {
    const attempt = this.#attempt
    const problem = await this.#open().then(
      () => null,
      (error: unknown) => (this.#closing.signal.aborted ? null : this.#options.explain(error)),
    )
    this.#attempt = deferred()
    // After the status, so that who waited sees the host as it is now.
    if (this.#connection !== null) this.#setStatus({ state: 'connected', sinceMs: this.#clock.nowMs() })
    attempt.resolve(problem)
    return problem
  }

  async #open(): Promise<void> {
    const connection = await this.#options.open(this.#closing.signal)
    const closeNow = () => void connection.close()
    this.#closing.signal.addEventListener('abort', closeNow, { once: true })
    try {
      await this.#options.prepare(connection)
      this.#closing.signal.throwIfAborted()
    } catch (error) {
      await connection.close()
      throw error
    } finally {
      this.#closing.signal.removeEventListener('abort', closeNow)
    }
    this.#connection = connection
    this.#failures = 0
  }

  /** A connection that is lost is opened again soon; only what then goes wrong tells the user why. */
  async #untilLost(): Promise<void> {
    const error = await this.#connection?.closed
    this.#connection = null
    this.#lastSeenMs = this.#clock.nowMs()
    if (this.#closing.signal.aborted) return
    await this.#waitAfter(await this.#options.explain(error))
  }

  async #waitAfter(problem: StrataProblem): Promise<void> {
    const delayMs = backoffMs(this.#failures)
    this.#failures += 1
    const retryAtMs = this.#clock.nowMs() + delayMs
    this.#setStatus({ state: 'unreachable', problem, lastSeenMs: this.#lastSeenMs, retryAtMs })
    const { promise, resolve } = deferred<void>()
    const stopTimer = this.#clock.after(delayMs, resolve)
    this.#hurry = resolve
    await promise
    stopTimer()
    this.#hurry = () => undefined
  }

  #setStatus(status: HostStatus): void {
    this.#status = status
    this.#options.onStatus(status)
  }
}

/** Waits, but not longer than the signal lets. */
export async function withSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  const aborted = deferred<never>()
  const onAbort = () => {
    aborted.reject(
      signal.reason instanceof Error ? signal.reason : new StrataError('cancelled', say('hosts.cancelled')),
    )
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
