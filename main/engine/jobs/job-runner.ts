import type { Job, JobsMessage } from '@strata/contract/jobs.ts'
import type { JobRef } from '@strata/contract/references.ts'
import type { Logger } from 'pino'

import { CoalescedStream, EventChannel } from '../event-channel.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import type { JobControl, JobWork, WantedJob } from './job-control.ts'
import { JobRecord } from './job-record.ts'
import { JobsPending } from './jobs-pending.ts'
import { readLeftJournals, type JournalContent } from './journal.ts'
import { Promises, type UndoSurroundings } from './promises.ts'

/** Ended jobs that stay in the list. */
const endedKept = 100
const watchIntervalMs = 100

export interface JobRunnerOptions extends UndoSurroundings {
  readonly log: Logger
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
      throw new StrataError('wrong-state', `“${job.record.picture.title}” cannot be cancelled any more.`)
    }
    job.record.cancelling()
    job.abort.abort(new StrataError('cancelled', 'Cancelled.'))
  }

  /** Takes an ended job off the list. */
  dismiss(jobId: string): void {
    const job = this.#require(jobId)
    if (!job.record.isEnded) throw new StrataError('wrong-state', `“${job.record.picture.title}” is still running.`)
    this.#remove(jobId)
  }

  /** Takes back what jobs left that the engine's death interrupted; each shows as a job of its own. */
  async recover(): Promise<void> {
    for (const left of await readLeftJournals(this.#options.journalDir)) this.#cleanUpAfter(left)
  }

  /** Cancels what runs, and waits until it is taken back; what cannot be is done at the next start. */
  async close(): Promise<void> {
    this.#closing.abort()
    for (const job of this.#jobs.values()) job.abort.abort(new StrataError('cancelled', 'Strata was closed.'))
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended))
  }

  async #run(job: RunningJob, work: JobWork): Promise<void> {
    const { record, abort } = job
    const promises = new Promises(record.picture, this.#options)
    try {
      const result = await work(this.#controlOf(job, promises))
      await promises.keep()
      record.done(result?.machine ?? null)
    } catch (error) {
      const cause = toStrataError(error, `“${record.picture.title}” failed.`)
      if (cause.code === 'internal') this.#options.log.error({ err: error, job: record.picture.kind }, 'job failed')
      const left = await promises.takeBack(this.#closing.signal)
      // Cancelled is what the user asked for; an error that only looks like it, without being asked, is a failure.
      if (abort.signal.aborted) record.cancelled(left === null ? null : left.toProblem())
      else record.failed(withLeft(cause, left).toProblem())
      if (left !== null) void promises.takeBackLater(this.#closing.signal)
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
      steps: [{ id: 'undo', label: 'Take back what was begun' }],
      cancellable: false,
    })
    job.ended = this.#takeBackLeft(job.record, left)
  }

  async #takeBackLeft(record: JobRecord, left: JournalContent): Promise<void> {
    const promises = Promises.of(left, this.#options)
    const cause = new StrataError(
      'cancelled',
      `Strata stopped in the middle of “${left.header.title}”. ${wordsAfter(left)}`,
    )
    record.step('undo')
    const stillLeft = await promises.takeBackLater(this.#closing.signal)
    record.failed((stillLeft ?? cause).toProblem())
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
    if (job === undefined) throw new StrataError('not-found', 'This task is not in the list any more.')
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

function wordsAfter({ steps }: JournalContent): string {
  const told = steps.flatMap(({ step }) => (step.kind === 'tell' ? [step.sentence] : []))
  return told.length > 0 ? told.join(' ') : 'What it had made by then was taken back.'
}

/** When taking back failed as well, both are told. */
function withLeft(cause: StrataError, left: StrataError | null): StrataError {
  if (left === null) return cause
  const detail = [cause.data.detail, left.data.detail].filter((words) => words !== null).join('\n')
  return new StrataError(cause.code, `${cause.message} ${left.message}`, { cause, detail, repairs: cause.data.repairs })
}
