import type { Wish } from '@strata/engine/startup/wish.ts'

import type { MessageFromEngine, MessageToEngine } from './engine-messages.ts'

/** A process that runs the engine; what Electron's UtilityProcess and a test's stand-in have alike. */
export interface EngineChild<Port> {
  postMessage(message: MessageToEngine, ports?: Port[]): void
  onMessage(listener: (message: MessageFromEngine) => void): void
  /** Called once, also when it could not be started. */
  onExit(listener: (code: number) => void): void
  kill(): void
}

export interface SupervisorOptions<Port> {
  spawn(): EngineChild<Port>
  /** Also after a death: windows that wait can be connected now. */
  onStarted?(): void
  /** What to tell the user; after this nothing is started again until `restart`. */
  onGivenUp(reason: string): void
  onFinishing?(titles: readonly string[]): void
  onWish?(wanted: Wish): void
  readonly nowMs?: () => number
}

/** An engine that dies more often than this within the time is not started again by itself. */
const MOST_DEATHS = 3
const DEATHS_WITHIN_MS = 60_000

/** Keeps one engine running, and hands it the ports of windows. */
export class EngineSupervisor<Port> {
  readonly #options: SupervisorOptions<Port>
  readonly #nowMs: () => number
  #child: EngineChild<Port> | null = null
  #deathsMs: number[] = []
  #failure: string | null = null
  #closing: (() => void) | null = null

  constructor(options: SupervisorOptions<Port>) {
    this.#options = options
    this.#nowMs = options.nowMs ?? Date.now
  }

  start(): void {
    const child = this.#options.spawn()
    this.#child = child
    this.#failure = null
    child.onMessage((message) => this.#hear(message))
    child.onExit((code) => this.#exited(child, code))
    this.#options.onStarted?.()
  }

  /** The user's own wish: the deaths before it do not count. */
  restart(): void {
    this.#deathsMs = []
    if (this.#child === null) this.start()
  }

  /** @returns false while no engine runs */
  connectWindow(ports: Port[]): boolean {
    if (this.#child === null) return false
    this.#child.postMessage({ type: 'window' }, ports)
    return true
  }

  /** Lets the jobs finish and the engine close; killed when that is more than `patienceMs` without a job to wait for. */
  close(patienceMs: number): Promise<void> {
    const child = this.#child
    if (child === null) return Promise.resolve()
    return new Promise((resolve) => {
      let timer = setTimeout(() => child.kill(), patienceMs)
      child.onMessage((message) => {
        if (message.type !== 'finishing') return
        clearTimeout(timer)
        if (message.titles.length === 0) timer = setTimeout(() => child.kill(), patienceMs)
      })
      this.#closing = () => {
        clearTimeout(timer)
        resolve()
      }
      child.postMessage({ type: 'close' })
    })
  }

  /** Ends it at once, whatever it is doing. */
  kill(): void {
    this.#child?.kill()
  }

  #hear(message: MessageFromEngine): void {
    if (message.type === 'failed') this.#failure = message.message
    if (message.type === 'finishing') this.#options.onFinishing?.(message.titles)
    if (message.type === 'wish') this.#options.onWish?.(message.wish)
  }

  #exited(child: EngineChild<Port>, code: number): void {
    if (this.#child !== child) return
    this.#child = null
    if (this.#closing !== null) {
      this.#closing()
      return
    }
    const now = this.#nowMs()
    this.#deathsMs = [...this.#deathsMs.filter((diedMs) => now - diedMs < DEATHS_WITHIN_MS), now]
    // A start that fails with a reason fails again for the same reason.
    if (this.#failure === null && this.#deathsMs.length <= MOST_DEATHS) this.start()
    else
      this.#options.onGivenUp(
        this.#failure ?? `Strata's engine stopped ${this.#deathsMs.length} times (exit code ${code}).`,
      )
  }
}
