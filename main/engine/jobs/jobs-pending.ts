import type { Job, JobsMessage } from '@strata/contract/jobs.ts'

import type { Pending } from '../event-channel.ts'

/** What one watcher of the jobs has not seen yet. */
export class JobsPending implements Pending<JobsMessage> {
  readonly #list: () => Job[]
  readonly #changed = new Set<string>()
  #isFirst = true

  constructor(list: () => Job[]) {
    this.#list = list
  }

  note(jobId: string): void {
    this.#changed.add(jobId)
  }

  take(): JobsMessage | null {
    if (!this.#isFirst && this.#changed.size === 0) return null
    const jobs = this.#list()
    const message: JobsMessage = this.#isFirst ? { type: 'snapshot', jobs } : this.#patch(jobs)
    this.#isFirst = false
    this.#changed.clear()
    return message
  }

  #patch(jobs: Job[]): JobsMessage {
    const there = new Map(jobs.map((job) => [job.jobId, job]))
    const changed = [...this.#changed].flatMap((jobId) => there.get(jobId) ?? [])
    const removed = [...this.#changed].filter((jobId) => !there.has(jobId)).map((jobId) => ({ jobId }))
    return { type: 'patch', changed, removed }
  }
}
