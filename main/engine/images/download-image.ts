import type { JobRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../engine-parts.ts'
import { bringImage, imageSteps, imageTurn } from './ensure-image.ts'
import { titleOf } from './published-digest.ts'
import type { ImageInPool } from './remove-image.ts'

/** Brings the image as it is published now into a pool, for machines that are made later. */
export async function downloadImage(
  parts: Pick<EngineParts, 'hosts' | 'jobs' | 'images'>,
  { hostId, imageId, poolUuid }: ImageInPool,
): Promise<JobRef> {
  const host = parts.hosts.get(hostId)
  host.inventory.requirePool(poolUuid)
  const image = await parts.images.catalogue.get(imageId)
  const title = say('images.download', { title: titleOf(image) })
  return parts.jobs.start({ kind: 'download-image', title, hostId, steps: imageSteps(false) }, async (job) => {
    await parts.images.inTurn(imageTurn(imageId), () => bringImage(parts, host, image, poolUuid, job), job.signal)
  })
}
