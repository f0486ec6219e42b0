import { deferred } from '../deferred.ts'
import type { JobWork, WantedJob } from '../jobs/job-control.ts'
import type { JobRunner } from '../jobs/job-runner.ts'

/** Shows work in the list of jobs, with its progress and cancel, and settles as it does. */
export function runAsJob(jobs: JobRunner, wanted: WantedJob, work: JobWork): Promise<void> {
  const { promise, resolve, reject } = deferred<undefined>()
  jobs.start(wanted, async (job) => {
    try {
      const result = await work(job)
      resolve(undefined)
      return result
    } catch (error) {
      reject(error)
      throw error
    }
  })
  return promise
}
