import type { Job } from '@strata/contract/jobs.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { wasSeen } from './job-notices.ts'
import { jobBrief, jobDetail, jobShare } from './job-progress.ts'
import { useJobsStore } from './jobs-store.ts'

const job = (jobId: string, more: Partial<Job> = {}): Job => ({
  jobId,
  kind: 'create-machine',
  title: unkeyed('Create web'),
  hostId: 'local',
  machineUuid: null,
  state: 'running',
  steps: [],
  progress: null,
  cancellable: true,
  startedAtMs: 1,
  endedAtMs: null,
  problem: null,
  result: null,
  ...more,
})
const changed = (...jobs: Job[]) => ({ type: 'patch' as const, changed: jobs, removed: [] })

describe('jobs', () => {
  let jobs: ReturnType<typeof useJobsStore>
  beforeEach(() => {
    setActivePinia(createPinia())
    jobs = useJobsStore()
  })

  it('lists the newest first, those under way apart from those that ended', () => {
    jobs.apply({ type: 'snapshot', jobs: [job('a'), job('b', { startedAtMs: 2 }), job('c', { state: 'done' })] })
    expect(jobs.underWay.map((one) => one.jobId)).toEqual(['b', 'a'])
    expect(jobs.endedJobs.map((one) => one.jobId)).toEqual(['c'])
  })

  it('announces a job once when it ends, and not those that had ended before the window opened', () => {
    const listener = vi.fn()
    jobs.onEnded(listener)
    jobs.apply({ type: 'snapshot', jobs: [job('old', { state: 'failed' }), job('new')] })
    jobs.apply(changed(job('new', { state: 'done' })))
    jobs.apply(changed(job('new', { state: 'done', title: unkeyed('again') })))
    expect(listener).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ jobId: 'new', state: 'done' }))
  })

  it('announces what ended while the line was lost', () => {
    const listener = vi.fn()
    jobs.onEnded(listener)
    jobs.apply({ type: 'snapshot', jobs: [job('a')] })
    jobs.apply({ type: 'snapshot', jobs: [job('a', { state: 'failed' })] })
    expect(listener).toHaveBeenCalledOnce()
  })

  it('gives everyone who waits for a job its end, also when it had ended already', async () => {
    const waits = [jobs.ended('a'), jobs.ended('a')]
    jobs.apply(changed(job('a', { state: 'cancelled' })))
    expect((await Promise.all([...waits, jobs.ended('a')])).map((one) => one.state)).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
    ])
  })

  it('takes removed jobs off the list', () => {
    jobs.apply({ type: 'snapshot', jobs: [job('a', { state: 'done' })] })
    jobs.apply({ type: 'patch', changed: [], removed: [{ jobId: 'a' }] })
    expect(jobs.newestFirst).toEqual([])
  })
})

describe('progress', () => {
  const bytes = { doneBytes: 3 * 1024 ** 3, totalBytes: 4 * 1024 ** 3, bytesPerS: 200 * 1024 ** 2, remainingMs: 9_000 }
  const plain = (text: string) => text.replaceAll('\u00a0', ' ')

  it('is measured in bytes where there are bytes', () => {
    const copying = job('a', { progress: bytes })
    expect(jobShare(copying)).toBe(0.75)
    expect(plain(jobBrief(copying))).toBe('75 %, 9 s left')
    expect(plain(jobDetail(copying))).toBe('3 of 4 GiB, 200 MiB/s, 9 s left')
  })

  it('is measured in steps else, and is unknown with a single step', () => {
    const step = (id: string, state: 'done' | 'running' | 'waiting') => ({ id, label: unkeyed(`Step ${id}`), state })
    expect(jobShare(job('a', { steps: [step('1', 'done'), step('2', 'running')] }))).toBe(0.5)
    expect(jobDetail(job('a', { steps: [step('1', 'done'), step('2', 'running')] }))).toBe('Step 2')
    expect(jobShare(job('a', { steps: [step('1', 'running')] }))).toBeNull()
  })
})

describe('notices', () => {
  const sight = { windowHidden: false, trayOpen: false, routeName: 'machines', routeMachineUuid: null }
  const ended = { kind: 'take-snapshot', machineUuid: 'a', state: 'done' as const }

  it('are given for what ended out of sight', () => {
    expect(wasSeen(ended, sight)).toBe(false)
    expect(wasSeen(ended, { ...sight, trayOpen: true, windowHidden: true })).toBe(false)
  })

  it('are not given for what the user watched', () => {
    expect(wasSeen(ended, { ...sight, trayOpen: true })).toBe(true)
    expect(wasSeen(ended, { ...sight, routeName: 'machine', routeMachineUuid: 'a' })).toBe(true)
    expect(wasSeen({ ...ended, kind: 'create-machine' }, { ...sight, routeName: 'create' })).toBe(true)
    expect(wasSeen({ ...ended, kind: 'download-image' }, { ...sight, routeName: 'images' })).toBe(true)
  })
})
