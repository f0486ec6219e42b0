import type { Job, JobsMessage } from '@strata/contract/jobs.ts'
import type { JobRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Logger } from 'pino'

import { CoalescedStream, EventChannel } from '../event-channel.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import type { JobControl, JobWork, WantedJob } from './job-control.ts'
import { JobRecord } from './job-record.ts'
import { JobsPending } from './jobs-pending.ts'
import { readLeftJournals, type JournalContent } from './journal.ts'
import { Promises, type TakenBack, type UndoSurroundings } from './promises.ts'
import type { UndoStep } from './undo.ts'

/** Ended jobs that stay in the list. */
const endedKept = 100
const watchIntervalMs = 100

export interface JobRunnerOptions extends UndoSurroundings {
  readonly log: Logger
  /** Journals of hosts that are not in the list any more wait for their return. */
  readonly knowsHost: (hostId: string) => boolean
}

/** What a job may still take back. */
export interface StepsOfJob {
  readonly jobId: string
  readonly title: Said
  readonly steps: readonly UndoStep[]
}

interface RunningJob {
  readonly record: JobRecord
  readonly abort: AbortController
  ended: Promise<void>
}

/** Runs what takes longer than a second, tells how far it is, and takes back what a job made that did not succeed. */
export class JobRunner {
  readonly #options: JobRunnerOptions
  readonly #jobs = new Map<string, RunningJob>()
  readonly #changes = new EventChannel<string>()
  readonly #closing = new AbortController()
  /** Of jobs that run, or whose things are still to be taken back. */
  readonly #promises = new Map<Promises, { readonly jobId: string; readonly title: Said }>()

  constructor(options: JobRunnerOptions) {
    this.#options = options
  }

  /** Starts at once; what goes wrong is the job's problem, not the caller's. */
  start(wanted: WantedJob, work: JobWork): JobRef {
    const record = this.#add(wanted)
    record.ended = this.#run(record, work)
    return { jobId: record.record.picture.jobId }
  }

  list(): Job[] {
    return [...this.#jobs.values()].map(({ record }) => record.picture)
  }

  watch(signal?: AbortSignal): AsyncIteratorObject<JobsMessage, undefined, void> {
    const pending = new JobsPending(() => this.list())
    const stopListening = this.#changes.listen((jobId) => {
      pending.note(jobId)
      stream.wake()
    })
    const stream = new CoalescedStream<JobsMessage>({
      pending,
      intervalMs: watchIntervalMs,
      signal,
      onEnd: stopListening,
    })
    return stream
  }

  cancel(jobId: string): void {
    const job = this.#require(jobId)
    // A second press, or a press that crossed the job's end, has what it asked for.
    if (job.record.isEnded || job.abort.signal.aborted) return
    if (!job.record.picture.cancellable) {
      throw new StrataError('wrong-state', say('jobs.cannotCancelledAnyMore', { title: job.record.picture.title }))
    }
    job.record.cancelling()
    job.abort.abort(new StrataError('cancelled', say('jobs.cancelled')))
  }

  /** Takes an ended job off the list. */
  dismiss(jobId: string): void {
    const job = this.#require(jobId)
    if (!job.record.isEnded)
      throw new StrataError('wrong-state', say('jobs.stillRunning', { title: job.record.picture.title }))
    this.#remove(jobId)
  }

  /** Takes back what jobs left that the engine's death interrupted; each shows as a job of its own. */
  async recover(): Promise<void> {
    for (const left of await readLeftJournals(this.#options.journalDir)) {
      const { hostId, title } = left.header
      if (hostId === null || this.#options.knowsHost(hostId)) this.#cleanUpAfter(left)
      else this.#options.log.info({ hostId, title }, 'what a job left waits for its host to be in the list again')
    }
  }

  /** Of every job that may still take something back. */
  promisedSteps(): StepsOfJob[] {
    return [...this.#promises].map(([promises, about]) => ({ ...about, steps: promises.steps }))
  }

  /** Cancels what runs, and waits until it is taken back; what cannot be is done at the next start. */
  async close(): Promise<void> {
    this.#closing.abort()
    for (const job of this.#jobs.values()) job.abort.abort(new StrataError('cancelled', say('jobs.strataClosed')))
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended))
  }

  async #run(job: RunningJob, work: JobWork): Promise<void> {
    const { record, abort } = job
    const promises = new Promises(record.picture, this.#options)
    this.#promises.set(promises, record.picture)
    try {
      const result = await work(this.#controlOf(job, promises))
      await promises.keep()
      record.done(result?.machine ?? null)
    } catch (error) {
      const cause = toStrataError(error, say('jobs.failed', { title: record.picture.title }))
      if (cause.code === 'internal') this.#options.log.error({ err: error, job: record.picture.kind }, 'job failed')
      const taken = await promises.takeBack(this.#closing.signal)
      // Cancelled is what the user asked for; an error that only looks like it, without being asked, is a failure.
      if (abort.signal.aborted) record.cancelled(isWhole(taken) ? null : withLeft(cause, taken).toProblem())
      else record.failed(withLeft(cause, taken).toProblem())
      if (taken.failure !== null) await promises.takeBackLater(this.#closing.signal)
    } finally {
      this.#promises.delete(promises)
    }
    this.#forgetOldest()
  }

  #controlOf({ record, abort }: RunningJob, promises: Promises): JobControl {
    return {
      jobId: record.picture.jobId,
      signal: abort.signal,
      step: (id) => {
        abort.signal.throwIfAborted()
        record.step(id)
      },
      progress: (doneBytes, totalBytes) => {
        record.progress(doneBytes, totalBytes)
      },
      concerns: (machine) => {
        record.concerns(machine)
      },
      willUndo: async (step) => {
        abort.signal.throwIfAborted() // what is not begun need not be taken back
        await promises.willUndo(step)
      },
      made: (step) => promises.made(step),
      allWritten: () => promises.allWritten(),
      willNotUndo: (step) => promises.willNotUndo(step),
      keep: () => promises.keep(),
    }
  }

  #cleanUpAfter(left: JournalContent): void {
    const { header } = left
    const job = this.#add({
      kind: header.kind,
      title: header.title,
      ...(header.hostId === null ? {} : { hostId: header.hostId }),
      ...(header.machineUuid === null ? {} : { machineUuid: header.machineUuid }),
      steps: [{ id: 'undo', label: say('jobs.takeBackWhatBegun') }],
      cancellable: false,
    })
    job.ended = this.#takeBackLeft(job.record, left)
  }

  async #takeBackLeft(record: JobRecord, left: JournalContent): Promise<void> {
    const promises = Promises.of(left, this.#options)
    this.#promises.set(promises, { jobId: left.header.jobId, title: left.header.title })
    record.step('undo')
    const taken = await promises.takeBackLater(this.#closing.signal)
    this.#promises.delete(promises)
    const cause = new StrataError('cancelled', sentenceAfter(left.header.title, taken))
    record.failed(withLeft(cause, taken).toProblem())
  }

  #add(wanted: WantedJob): RunningJob {
    const record = new JobRecord(wanted, (jobId) => {
      this.#changes.emit(jobId)
    })
    const job = { record, abort: new AbortController(), ended: Promise.resolve() }
    this.#jobs.set(record.picture.jobId, job)
    this.#changes.emit(record.picture.jobId)
    return job
  }

  #require(jobId: string): RunningJob {
    const job = this.#jobs.get(jobId)
    if (job === undefined) throw new StrataError('not-found', say('jobs.taskNotListAny'))
    return job
  }

  #remove(jobId: string): void {
    this.#jobs.delete(jobId)
    this.#changes.emit(jobId)
  }

  #forgetOldest(): void {
    const ended = [...this.#jobs.values()].filter(({ record }) => record.isEnded)
    for (const { record } of ended.slice(0, Math.max(0, ended.length - endedKept))) this.#remove(record.picture.jobId)
  }
}

const isWhole = ({ kept, failure }: TakenBack) => kept.length === 0 && failure === null

function sentenceAfter(title: Said, { kept, failure }: TakenBack): Said {
  const stopped = say('jobs.strataStoppedMiddle', { title })
  if (failure !== null) return stopped
  return kept.length === 0 ? say('jobs.whatMadeThenTaken', { stopped }) : stopped // and what stays
}

/** What stays is told, and when taking back failed as well, both are. */
function withLeft(cause: StrataError, { kept, failure }: TakenBack): StrataError {
  if (kept.length === 0 && failure === null) return cause
  const all = [cause.said, ...kept, ...(failure === null ? [] : [failure.said])]
  const detail = [cause.data.detail, failure?.data.detail ?? null].filter((words) => words !== null).join('\n')
  return new StrataError(cause.code, say('engine.sentences', { all }), { cause, detail, repairs: cause.data.repairs })
}
