import { createRouterClient } from '@orpc/server'
import type { Job, JobsMessage } from '@strata/contract/jobs.ts'

import type { Engine } from '../engine.ts'

/** What a shell does before it closes the engine: work that the user started is brought to its end. */
export async function finishJobs(
  engine: Pick<Engine, 'router'>,
  onWaiting: (running: readonly Job[]) => void,
): Promise<void> {
  const client = createRouterClient(engine.router)
  await whenJobsEnd(await client.jobs.watch(), onWaiting)
}

/** Waits until no job runs any more, telling each time which ones still do. */
export async function whenJobsEnd(
  messages: AsyncIterable<JobsMessage>,
  onWaiting: (running: readonly Job[]) => void,
): Promise<void> {
  const running = new Map<string, Job>()
  let told = ''
  for await (const message of messages) {
    if (message.type === 'snapshot') running.clear()
    else for (const { jobId } of message.removed) running.delete(jobId)
    for (const job of message.type === 'snapshot' ? message.jobs : message.changed) {
      if (job.state === 'running' || job.state === 'cancelling') running.set(job.jobId, job)
      else running.delete(job.jobId)
    }
    if (running.size === 0) return
    const ids = [...running.keys()].join(' ')
    if (ids !== told) onWaiting([...running.values()]) // progress comes many times a second, and is not what is told here
    told = ids
  }
}
