import type { Logger } from 'pino'

import { StrataError } from '../strata-error.ts'
import { Journal, type JournalContent, type JournalHeader } from './journal.ts'
import { hostOfUndo, runUndo, type UndoHandlers, type UndoStep } from './undo.ts'

/** How long a failed job waits for its host to come back, and how long taking back one thing may last. */
const patienceMs = 30_000

export interface UndoSurroundings {
  readonly journalDir: string
  readonly undoHandlers: UndoHandlers
  /** Resolves when calls to the host can succeed. */
  readonly whenHostReady: (hostId: string, signal: AbortSignal) => Promise<void>
  readonly log: Logger
}

interface Promised {
  readonly index: number
  readonly step: UndoStep
}

/** What a job has promised to take back, in memory and in its journal. */
export class Promises {
  readonly #about: JournalHeader
  readonly #surroundings: UndoSurroundings
  #journal: Journal | null = null
  #promised: Promised[] = []
  #count = 0
  #reopens = false

  constructor(about: JournalHeader, surroundings: UndoSurroundings) {
    this.#about = about
    this.#surroundings = surroundings
  }

  /** Those that an earlier run of the engine left. */
  static of(left: JournalContent, surroundings: UndoSurroundings): Promises {
    const promises = new Promises(left.header, surroundings)
    promises.#promised = [...left.steps]
    promises.#reopens = true
    return promises
  }

  async willUndo(step: UndoStep): Promise<void> {
    const journal = await this.#open()
    await journal.append({ type: 'will-undo', step })
    this.#promised.push({ index: this.#count, step })
    this.#count += 1
  }

  /** The thing turned out to be somebody else's: it must not be taken back. */
  async willNotUndo(step: UndoStep): Promise<void> {
    const promised = this.#promised.find((each) => each.step === step)
    if (promised === undefined) return
    await (await this.#open()).append({ type: 'undone', index: promised.index })
    this.#promised = this.#promised.filter((each) => each !== promised)
  }

  async keep(): Promise<void> {
    if (this.#journal === null) return
    await this.#journal.append({ type: 'keep' })
    this.#promised = []
    await this.#removeJournal()
  }

  /** Takes back, the last thing first. Null: all is as it was before. The signal ends the wait for a host that is away. */
  takeBack(closing: AbortSignal): Promise<StrataError | null> {
    return this.#takeAllBack(AbortSignal.any([closing, AbortSignal.timeout(patienceMs)]))
  }

  /** The same with all the time that it takes until the hosts are there. */
  takeBackLater(closing: AbortSignal): Promise<StrataError | null> {
    return this.#takeAllBack(closing)
  }

  /** Never rejects: how it went is the result. */
  async #takeAllBack(waiting: AbortSignal): Promise<StrataError | null> {
    const failures: string[] = []
    for (const promised of this.#promised.toReversed()) {
      const failure = await this.#takeOneBack(promised, waiting)
      if (failure !== null) failures.push(failure)
    }
    try {
      if (failures.length === 0) await this.#removeJournal()
      else await this.#closeJournal()
    } catch (error) {
      // The disk may be full: the journal is found at the next start, and what it says is done already by then.
      this.#surroundings.log.warn({ err: error, job: this.#about.jobId }, 'a journal could not be put away')
    }
    if (failures.length === 0) return null
    return new StrataError('internal', 'Not all of what it had made could be taken back; Strata tries again later.', {
      detail: failures.join('\n'),
    })
  }

  /** Null: done. Else what went wrong, for the eye. */
  async #takeOneBack(promised: Promised, waiting: AbortSignal): Promise<string | null> {
    const { undoHandlers, whenHostReady, log } = this.#surroundings
    const hostId = hostOfUndo(promised.step)
    try {
      if (hostId !== null) await whenHostReady(hostId, waiting)
      // With a time of its own: an engine that closes still takes back what it can reach.
      await runUndo(undoHandlers, promised.step, AbortSignal.timeout(patienceMs))
      const journal = await this.#open()
      await journal.append({ type: 'undone', index: promised.index })
      this.#promised = this.#promised.filter(({ index }) => index !== promised.index)
      return null
    } catch (error) {
      log.warn({ err: error, step: promised.step }, 'a step could not be taken back')
      return `${promised.step.kind}: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  async #open(): Promise<Journal> {
    const { journalDir } = this.#surroundings
    if (this.#journal === null) {
      this.#journal = this.#reopens
        ? await Journal.reopen(journalDir, this.#about.jobId)
        : await Journal.create(journalDir, this.#about)
      this.#reopens = true
    }
    return this.#journal
  }

  async #removeJournal(): Promise<void> {
    if (!this.#reopens) return // nothing was ever written
    const journal = await this.#open()
    this.#journal = null
    this.#reopens = false
    await journal.remove()
  }

  async #closeJournal(): Promise<void> {
    await this.#journal?.close()
    this.#journal = null
  }
}
