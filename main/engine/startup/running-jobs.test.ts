import { describe, expect, it } from 'vitest'
import type { Job, JobsMessage } from '@strata/contract/jobs.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

import { whenJobsEnd } from './running-jobs.ts'

const job = (jobId: string, state: Job['state']): Job => ({
  jobId,
  kind: 'create-machine',
  title: unkeyed(jobId),
  hostId: null,
  machineUuid: null,
  state,
  steps: [],
  progress: null,
  cancellable: true,
  startedAtMs: 0,
  endedAtMs: null,
  problem: null,
  result: null,
})

/** Follows `messages`; says which were read and which jobs were waited for. */
async function follow(messages: readonly JobsMessage[]) {
  let read = 0
  const waited: string[][] = []
  const stream = async function* () {
    for (const message of messages) {
      read += 1
      yield message
    }
  }
  await whenJobsEnd(stream(), (running) => waited.push(running.map((each) => each.jobId)))
  return { read, waited }
}

describe('waiting for jobs at the end', () => {
  it('waits for nothing when none runs', async () => {
    const snapshot: JobsMessage = { type: 'snapshot', jobs: [job('a', 'done'), job('b', 'failed')] }
    expect(await follow([snapshot, snapshot])).toEqual({ read: 1, waited: [] })
  })

  it('waits until the last one ended, was cancelled or is gone, and tells of each change once', async () => {
    const patch = (changed: Job[], removed: string[] = []): JobsMessage => ({
      type: 'patch',
      changed,
      removed: removed.map((jobId) => ({ jobId })),
    })
    const { read, waited } = await follow([
      { type: 'snapshot', jobs: [job('a', 'running'), job('b', 'running'), job('c', 'running')] },
      patch([job('a', 'running')]),
      patch([job('a', 'cancelling')]),
      patch([job('a', 'cancelled')]),
      patch([], ['b']),
      patch([job('c', 'done')]),
      patch([job('d', 'running')]),
    ])
    expect(read).toBe(6)
    expect(waited).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']])
  })

  it('begins anew with each snapshot', async () => {
    const { read } = await follow([
      { type: 'snapshot', jobs: [job('a', 'running')] },
      { type: 'snapshot', jobs: [] },
      { type: 'snapshot', jobs: [] },
    ])
    expect(read).toBe(2)
  })
})
