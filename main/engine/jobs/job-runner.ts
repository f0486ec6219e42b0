import type { JobsMessage } from '@strata/contract/jobs.ts'
import type { JobRef } from '@strata/contract/references.ts'

import type { JobWork, WantedJob } from './job-control.ts'

export declare class JobRunner {
  /** Starts at once; what goes wrong is the job's problem, not the caller's. */
  start(wanted: WantedJob, work: JobWork): JobRef
  watch(signal?: AbortSignal): AsyncIteratorObject<JobsMessage, undefined, void>
  cancel(jobId: string): void
  dismiss(jobId: string): void
  close(): Promise<void>
}
