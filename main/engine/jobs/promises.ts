import { setTimeout as pause } from 'node:timers/promises'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Logger } from 'pino'

import { isLostAnswer, StrataError } from '../strata-error.ts'
import { Journal, type JournalContent, type JournalHeader } from './journal.ts'
import { hostOfUndo, runUndo, type PromisedStep, type UndoHandlers, type UndoMark, type UndoStep } from './undo.ts'

/** How long a failed job waits for its host to come back, and how long taking back one thing may last. */
const patienceMs = 30_000
const triesAfterLoss = 20
const betweenTriesMs = 200

export interface UndoSurroundings {
  readonly journalDir: string
  readonly undoHandlers: UndoHandlers
  /** What tells the thing of a step from others; null: it is not there, or cannot be told apart. */
  readonly identify: (step: UndoStep) => Promise<Omit<UndoMark, 'isSealed'> | null>
  /** Resolves when calls to the host can succeed. */
  readonly whenHostReady: (hostId: string, signal: AbortSignal) => Promise<void>
  readonly log: Logger
}

interface Promised extends PromisedStep {
  readonly index: number
}

/** How taking back went. */
export interface TakenBack {
  /** Sentences: what stays, and why. */
  readonly kept: readonly Said[]
  /** Null: nothing failed. */
  readonly failure: StrataError | null
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
    promises.#count = Math.max(-1, ...left.steps.map(({ index }) => index)) + 1
    promises.#reopens = true
    return promises
  }

  async willUndo(step: UndoStep): Promise<void> {
    const journal = await this.#open()
    await journal.append({ type: 'will-undo', step })
    this.#promised.push({ index: this.#count, step, mark: null })
    this.#count += 1
  }

  /** The thing of the step is there. */
  async made(step: UndoStep): Promise<void> {
    const promised = this.#promised.find((each) => each.step === step)
    if (promised !== undefined) await this.#mark(promised, false)
  }

  /** Marks all that was made once more, as it is when the job has done with it. */
  async allWritten(): Promise<void> {
    for (const promised of this.#promised) if (promised.mark !== null) await this.#mark(promised, true)
  }

  async #mark(promised: Promised, isSealed: boolean): Promise<void> {
    const seen = await this.#surroundings.identify(promised.step)
    if (seen === null) return
    const mark = { ...seen, isSealed }
    await (await this.#open()).append({ type: 'made', index: promised.index, mark })
    this.#promised = this.#promised.map((each) => (each.index === promised.index ? { ...each, mark } : each))
  }

  /** What may still be taken back, and so is needed. */
  get steps(): readonly UndoStep[] {
    return this.#promised.map(({ step }) => step)
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

  /** Takes back, the last thing first, right after the job's end. The signal ends the wait for a host that is away. */
  takeBack(closing: AbortSignal): Promise<TakenBack> {
    return this.#takeAllBack(AbortSignal.any([closing, AbortSignal.timeout(patienceMs)]), false)
  }

  /** The same with all the time that it takes until the hosts are there. */
  takeBackLater(closing: AbortSignal): Promise<TakenBack> {
    return this.#takeAllBack(closing, true)
  }

  /** Never rejects: how it went is the result. */
  async #takeAllBack(waiting: AbortSignal, isLater: boolean): Promise<TakenBack> {
    const failures: string[] = []
    const kept: Said[] = []
    const others = this.#promised // as they were: what a step looks at may be taken back before it
    for (const promised of others.toReversed()) {
      const went = await this.#takeOneBackAtLast(promised, others, waiting, isLater)
      if (went.failure !== null) failures.push(went.failure)
      if (went.kept !== null) kept.push(went.kept)
    }
    try {
      if (failures.length === 0) await this.#removeJournal()
      else await this.#closeJournal()
    } catch (error) {
      // The disk may be full: the journal is found at the next start, and what it says is done already by then.
      this.#surroundings.log.warn({ err: error, job: this.#about.jobId }, 'a journal could not be put away')
    }
    if (failures.length === 0) return { kept, failure: null }
    const sentence = say('jobs.notAllWhatMade')
    return { kept, failure: new StrataError('internal', sentence, { detail: failures.join('\n') }) }
  }

  /** A host that goes away in the middle is asked once more when it is back, as long as there is patience. */
  async #takeOneBackAtLast(promised: Promised, all: readonly Promised[], waiting: AbortSignal, isLater: boolean) {
    for (let triesLeft = triesAfterLoss; ; triesLeft -= 1) {
      const went = await this.#takeOneBack(promised, all, waiting, isLater)
      if (!went.isLost || triesLeft === 0 || waiting.aborted) return went
      // The connection that was lost may not have noticed it yet.
      await pause(betweenTriesMs, undefined, { signal: waiting }).catch(() => undefined)
    }
  }

  async #takeOneBack(
    promised: Promised,
    all: readonly Promised[],
    waiting: AbortSignal,
    isLater: boolean,
  ): Promise<{ kept: Said | null; failure: string | null; isLost: boolean }> {
    const { undoHandlers, whenHostReady, log } = this.#surroundings
    const hostId = hostOfUndo(promised.step)
    try {
      if (hostId !== null) await whenHostReady(hostId, waiting)
      const went = await runUndo(undoHandlers, promised.step, {
        jobId: this.#about.jobId,
        mark: promised.mark,
        others: all.filter((each) => each !== promised),
        isLater,
        // With a time of its own: an engine that closes still takes back what it can reach.
        signal: AbortSignal.timeout(patienceMs),
      })
      const journal = await this.#open()
      await journal.append({ type: 'undone', index: promised.index })
      this.#promised = this.#promised.filter(({ index }) => index !== promised.index)
      if (went !== undefined) log.warn({ step: promised.step, why: went.kept }, 'a thing that a job had made stays')
      return { kept: went?.kept ?? null, failure: null, isLost: false }
    } catch (error) {
      log.warn({ err: error, step: promised.step }, 'a step could not be taken back')
      const failure = `${promised.step.kind}: ${error instanceof Error ? error.message : String(error)}`
      return { kept: null, failure, isLost: isLostAnswer(error) }
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
