import type { Job, JobsMessage } from '@strata/contract/jobs.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef } from 'vue'

import { api } from '../../api.ts'
import { followStream } from '../../subscription.ts'

export const isUnderWay = (job: Job): boolean => job.state === 'running' || job.state === 'cancelling'

type EndedListener = (job: Job) => void

/** Long work, as the engine tells of it. */
export const useJobsStore = defineStore('jobs', () => {
  const jobs = shallowRef(new Map<string, Job>())
  const endedListeners = new Set<EndedListener>()
  const waiting = new Map<string, (job: Job) => void>()

  function put(job: Job, announce: boolean): void {
    const before = jobs.value.get(job.jobId)
    jobs.value.set(job.jobId, job)
    if (isUnderWay(job)) return
    waiting.get(job.jobId)?.(job)
    waiting.delete(job.jobId)
    if (announce && (before === undefined || isUnderWay(before))) for (const listener of endedListeners) listener(job)
  }

  function apply(message: JobsMessage): void {
    if (message.type === 'snapshot') {
      const known = jobs.value
      jobs.value = new Map()
      // What ended while the line was lost is news; what had ended before this window opened is not.
      for (const job of message.jobs) {
        const before = known.get(job.jobId)
        put(job, false)
        if (before !== undefined && isUnderWay(before) && !isUnderWay(job)) {
          for (const listener of endedListeners) listener(job)
        }
      }
    } else {
      for (const job of message.changed) put(job, true)
      for (const ref of message.removed) jobs.value.delete(ref.jobId)
      triggerRef(jobs)
    }
  }

  const follow = (signal: AbortSignal) =>
    followStream((ended) => api.jobs.watch(undefined, { signal: ended }), apply, signal)

  /** Calls the listener for each job that ends from now on; returns the way to stop. */
  function onEnded(listener: EndedListener): () => void {
    endedListeners.add(listener)
    return () => endedListeners.delete(listener)
  }

  /** The job when it has ended, however it ended. */
  function ended(jobId: string): Promise<Job> {
    const job = jobs.value.get(jobId)
    if (job !== undefined && !isUnderWay(job)) return Promise.resolve(job)
    return new Promise((resolve) => {
      const others = waiting.get(jobId)
      waiting.set(jobId, (endedJob) => {
        others?.(endedJob)
        resolve(endedJob)
      })
    })
  }

  const newestFirst = computed(() => [...jobs.value.values()].sort((a, b) => b.startedAtMs - a.startedAtMs))
  const underWay = computed(() => newestFirst.value.filter(isUnderWay))
  const endedJobs = computed(() => newestFirst.value.filter((job) => !isUnderWay(job)))
  const job = (jobId: string): Job | undefined => jobs.value.get(jobId)
  const underWayFor = (ref: MachineRef) =>
    underWay.value.filter((one) => one.hostId === ref.hostId && one.machineUuid === ref.uuid)

  const cancel = (jobId: string) => api.jobs.cancel({ jobId })
  const dismiss = (jobId: string) => api.jobs.dismiss({ jobId })

  return { jobs, newestFirst, underWay, endedJobs, job, underWayFor, ended, onEnded, apply, follow, cancel, dismiss }
})
