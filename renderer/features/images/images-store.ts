import type { CloudImage } from '@strata/contract/images.ts'
import type { Job } from '@strata/contract/jobs.ts'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

import { api } from '../../api.ts'
import { useJobsStore } from '../jobs/jobs-store.ts'

interface ImageOnHost {
  readonly hostId: string
  readonly imageId: string
}

/** An image that is being downloaded by this window; `job` is null until the engine has told of it. */
interface ImageDownload {
  readonly job: Job | null
}

export const imageName = ({ name, version }: CloudImage): string => `${name} ${version}`

/** The downloads that this window began: they go on when its page is left. */
export const useImagesStore = defineStore('images', () => {
  const jobs = useJobsStore()
  /** The job's id by host and image; null while it is asked for. */
  const begun = shallowRef<ReadonlyMap<string, string | null>>(new Map())
  const keyOf = ({ hostId, imageId }: ImageOnHost) => `${hostId} ${imageId}`

  function downloadOf(image: ImageOnHost): ImageDownload | null {
    const jobId = begun.value.get(keyOf(image))
    return jobId === undefined ? null : { job: jobId === null ? null : (jobs.job(jobId) ?? null) }
  }

  /** Brings the image as it is published now into the pool. @returns the job when it has ended, however it ended */
  async function download(image: ImageOnHost & { readonly poolUuid: string }): Promise<Job> {
    const key = keyOf(image)
    begun.value = new Map([...begun.value, [key, null]])
    try {
      const { jobId } = await api.images.download(image)
      begun.value = new Map([...begun.value, [key, jobId]])
      return await jobs.ended(jobId)
    } finally {
      begun.value = new Map([...begun.value].filter(([each]) => each !== key))
    }
  }

  return { downloadOf, download }
})
