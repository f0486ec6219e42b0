import type { StrataProblem } from '@strata/contract/errors.ts'

/** One connection to a guest's screen. */
export interface ScreenLink {
  close(): void
}

export interface ScreenLinkEvents {
  onConnected(): void
  /** The line ended by itself; with an error when the other end said why. */
  onLost(error: Error | null): void
}

export type SessionState =
  /** Not wanted: the machine is off, or the page is left. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly again: boolean }
  | { readonly kind: 'connected' }
  /** Lost, and tried again by itself. */
  | { readonly kind: 'waiting'; readonly problem: StrataProblem | null }
  /** Somebody else shows this screen, and takes it back each time that we take it. */
  | { readonly kind: 'displaced' }
  /** Trying again would not help. */
  | { readonly kind: 'failed'; readonly problem: StrataProblem }

export interface SessionParts {
  /** Rejects with what an engine call throws. */
  open(events: ScreenLinkEvents, signal: AbortSignal): Promise<ScreenLink>
  toProblem(error: unknown): StrataProblem
  onChange(state: SessionState): void
  /** Calls back once, later; returns what calls it off. */
  schedule(delayMs: number, work: () => void): () => void
  nowMs(): number
}

const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 4_000
/** A screen that is lost sooner than this after it was regained was taken by someone. */
const SHORT_LIFE_MS = 2_000
const SHORT_LIVES_UNTIL_DISPLACED = 3

/** Failures that waiting does not mend. */
const FINAL_CODES: ReadonlySet<string> = new Set(['unsupported', 'not-permitted', 'needs-credentials', 'invalid-input'])

/** Keeps a guest's screen connected for as long as it is wanted: through reboots, restarts and lost lines. */
export class ConsoleSession {
  readonly #parts: SessionParts
  #state: SessionState = { kind: 'idle' }
  #attempt: AbortController | null = null
  #link: ScreenLink | null = null
  #callOff: () => void = () => undefined
  #delayMs = FIRST_DELAY_MS
  #connectedAtMs = 0
  #shortLives = 0

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  get state(): SessionState {
    return this.#state
  }

  /** Says whether the screen should be there; asking twice for the same changes nothing. */
  want(wanted: boolean): void {
    if (!wanted) {
      this.#end()
      this.#enter({ kind: 'idle' })
    } else if (this.#state.kind === 'idle') {
      this.#delayMs = FIRST_DELAY_MS
      this.#shortLives = 0
      this.#connect(false)
    }
  }

  /** Connects now, also after it was given up. */
  retry(): void {
    if (this.#state.kind === 'idle' || this.#state.kind === 'connected') return
    this.#shortLives = 0
    this.#delayMs = FIRST_DELAY_MS
    this.#end()
    this.#connect(true)
  }

  #connect(again: boolean): void {
    const attempt = new AbortController()
    this.#attempt = attempt
    this.#enter({ kind: 'connecting', again })
    const events: ScreenLinkEvents = {
      onConnected: () => {
        if (!attempt.signal.aborted) this.#connected()
      },
      onLost: (error) => {
        if (!attempt.signal.aborted) this.#lost(error === null ? null : this.#parts.toProblem(error))
      },
    }
    this.#parts.open(events, attempt.signal).then(
      (link) => {
        if (attempt.signal.aborted) link.close()
        else this.#link = link
      },
      (error: unknown) => {
        if (!attempt.signal.aborted) this.#lost(this.#parts.toProblem(error))
      },
    )
  }

  #connected(): void {
    this.#connectedAtMs = this.#parts.nowMs()
    this.#delayMs = FIRST_DELAY_MS
    this.#enter({ kind: 'connected' })
  }

  #lost(problem: StrataProblem | null): void {
    const wasConnected = this.#state.kind === 'connected'
    this.#end()
    if (problem !== null && FINAL_CODES.has(problem.code)) {
      this.#enter({ kind: 'failed', problem })
      return
    }
    const livedMs = this.#parts.nowMs() - this.#connectedAtMs
    if (wasConnected) this.#shortLives = livedMs < SHORT_LIFE_MS ? this.#shortLives + 1 : 0
    if (this.#shortLives >= SHORT_LIVES_UNTIL_DISPLACED) {
      this.#enter({ kind: 'displaced' })
      return
    }
    this.#enter({ kind: 'waiting', problem })
    this.#callOff = this.#parts.schedule(this.#delayMs, () => {
      this.#connect(true)
    })
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS)
  }

  #end(): void {
    this.#callOff()
    this.#callOff = () => undefined
    this.#attempt?.abort()
    this.#attempt = null
    this.#link?.close()
    this.#link = null
  }

  #enter(state: SessionState): void {
    this.#state = state
    this.#parts.onChange(state)
  }
}
