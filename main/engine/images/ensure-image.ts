import { rm } from 'node:fs/promises'

import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl, WantedJob } from '../jobs/job-control.ts'
import { StrataError } from '../strata-error.ts'
import type { CatalogueImage } from './catalogue-file.ts'
import { download } from './download.ts'
import { fileDigest } from './file-digest.ts'
import { explainHttp } from './http-fault.ts'
import { poolTurn } from './image-library.ts'
import { PartialFile } from './partial-file.ts'
import { placeImage } from './place-image.ts'
import { placedImages, volumeNameOf, type PlacedImage } from './placed-images.ts'
import { fileNameOf, publishedDigest, titleOf, verifyDetached } from './published-digest.ts'
import { standaloneCapacityBytes } from '../disk-images/qcow2-header.ts'
import { usableKeyring } from './signature.ts'
import { unpack } from './unpack.ts'

type Parts = Pick<EngineParts, 'images'>

/** The steps of a job that needs an image, for the job's list. */
export function imageSteps(isHere: boolean): WantedJob['steps'] {
  if (isHere) return []
  return [
    { id: 'download', label: say('images.downloadImage') },
    { id: 'verify', label: say('images.verifyIt') },
    { id: 'place', label: say('images.copyIntoPool') },
  ]
}

/** An image that lies in a pool of the host: in this one, else in another. Null: in none. */
export async function findImage(host: Host, imageId: string, poolUuid: string): Promise<PlacedImage | null> {
  const placed = (await host.slow(placedImages)).filter((each) => each.imageId === imageId)
  return placed.find((each) => each.poolUuid === poolUuid) ?? placed[0] ?? null
}

/**
 * The image on the host: as it lies there, or brought into the pool now, in the steps of `imageSteps`. Nothing is asked of
 * the network for one that is there. What has arrived stays when the way breaks off, and goes when the user cancels.
 */
export async function ensureImage(
  { images }: Parts,
  host: Host,
  imageId: string,
  poolUuid: string,
  job: JobControl,
): Promise<PlacedImage> {
  const here = await findImage(host, imageId, poolUuid)
  if (here !== null) return here
  const image = await images.catalogue.get(imageId)
  // Two machines from one image: the second waits for the first, and finds it here.
  const work = async () =>
    (await findImage(host, imageId, poolUuid)) ?? (await bringImage({ images }, host, image, poolUuid, job))
  return images.inTurn(imageTurn(imageId), work, job.signal)
}

/** Among those who download the same image. */
export const imageTurn = (imageId: string) => `image ${imageId}`

/** Brings the image as it is published now into the pool; does nothing more when that very one is there. */
export async function bringImage(
  { images }: Parts,
  host: Host,
  image: CatalogueImage,
  poolUuid: string,
  job: JobControl,
): Promise<PlacedImage> {
  requireFolderPool(host, poolUuid)
  const partial = new PartialFile(images.folder, image.id)
  job.step('download')
  try {
    const published = await publishedDigest(image, images, job.signal)
    const there = published === null ? null : await findVolume(host, poolUuid, volumeNameOf(image, published))
    if (there !== null) return there
    await fetchImage({ images }, host, image, poolUuid, partial, job)
    job.step('verify')
    const digest = await verify({ images }, image, partial, published, job)
    job.step('place')
    const placed = await unpackAndPlace({ images }, host, image, { poolUuid, partial, digest }, job)
    await partial.remove()
    return placed
  } catch (error) {
    if (job.signal.aborted && !images.closing.aborted) await partial.remove()
    throw error
  }
}

function requireFolderPool(host: Host, poolUuid: string): void {
  const { type, name } = host.inventory.requirePool(poolUuid)
  if (type === 'dir' || type === 'fs' || type === 'netfs') return
  throw new StrataError('unsupported', say('images.storagePoolKeepsNo', { name }), { field: 'poolUuid' })
}

async function findVolume(host: Host, poolUuid: string, volumeName: string): Promise<PlacedImage | null> {
  const placed = await host.slow(placedImages)
  return placed.find((each) => each.poolUuid === poolUuid && each.volumeName === volumeName) ?? null
}

async function fetchImage(
  { images }: Parts,
  host: Host,
  image: CatalogueImage,
  poolUuid: string,
  partial: PartialFile,
  job: JobControl,
): Promise<void> {
  const { name, availableBytes } = host.inventory.requirePool(poolUuid)
  let isRoomKnown = false
  try {
    await download(image.url, partial, {
      signal: job.signal,
      around: images.around,
      onProgress: (doneBytes, totalBytes) => {
        if (!isRoomKnown && totalBytes !== null && totalBytes > availableBytes) {
          const sentence = say('images.storagePoolLeftImage', { name, available: availableBytes, total: totalBytes })
          throw new StrataError('out-of-space', say('images.makeRoomThereOr', { sentence }))
        }
        isRoomKnown = true
        job.progress(doneBytes, totalBytes)
      },
    })
  } catch (error) {
    job.signal.throwIfAborted()
    const told = explainHttp(error, say('images.theImage', { title: titleOf(image) }), image.url)
    if (told.code === 'out-of-space') await partial.remove() // it would only be in the way of what needs the room
    throw told
  }
}

/** Deletes what is not what it should be. @returns the digest, in small hex letters */
async function verify(
  { images }: Parts,
  image: CatalogueImage,
  partial: PartialFile,
  published: string | null,
  job: JobControl,
): Promise<string> {
  try {
    const sizeBytes = await partial.sizeBytes()
    const digest = await fileDigest(partial.path, image.checksum?.algorithm ?? 'sha256', {
      signal: job.signal,
      onProgress: (doneBytes) => {
        job.progress(doneBytes, sizeBytes)
      },
    })
    if (published !== null && digest !== published) {
      throw new StrataError('invalid-input', say('images.whatDownloadedForNot', { title: titleOf(image) }), {
        detail: `${fileNameOf(image.url)}: expected ${published}, found ${digest}`,
      })
    }
    await verifyWhole({ images }, image, partial, job.signal)
    return digest
  } catch (error) {
    const isWrong = error instanceof StrataError && (error.code === 'invalid-input' || error.code === 'not-permitted')
    if (isWrong) await partial.remove()
    throw error
  }
}

/** Where the makers sign the image and not its checksum. */
async function verifyWhole(
  { images }: Parts,
  { signature, ...image }: CatalogueImage,
  partial: PartialFile,
  signal: AbortSignal,
): Promise<void> {
  if (signature?.kind !== 'detached' || signature.of !== 'image') return
  const keyring = await usableKeyring(signature)
  if (keyring === null) return
  const what = say('images.theImage', { title: titleOf({ ...image, signature }) })
  await verifyDetached(signature.url, partial.path, { keyring, what, around: images.around, signal })
}

interface Verified {
  readonly poolUuid: string
  readonly partial: PartialFile
  readonly digest: string
}

async function unpackAndPlace(
  { images }: Parts,
  host: Host,
  image: CatalogueImage,
  { poolUuid, partial, digest }: Verified,
  job: JobControl,
): Promise<PlacedImage> {
  const unpackedPath = `${partial.path}.unpacked`
  const path = image.compression === null ? partial.path : unpackedPath
  try {
    if (image.compression !== null) {
      const sizeBytes = await partial.sizeBytes()
      await unpack(partial.path, image.compression, unpackedPath, {
        signal: job.signal,
        onProgress: (doneBytes) => {
          job.progress(doneBytes, sizeBytes)
        },
      })
    }
    await standaloneCapacityBytes(path, titleOf(image))
    const wanted = { path, poolUuid, volumeName: volumeNameOf(image, digest) }
    const turn = poolTurn({ hostId: host.id, poolUuid })
    const placed = await images.inTurn(turn, () => placeImage(host, wanted, job), job.signal)
    await host.inventory.reloadPool(poolUuid)
    return placed
  } catch (error) {
    // What is no image by its own makers' word will be none the next time either.
    if (error instanceof StrataError && error.code === 'invalid-input') await partial.remove()
    throw error
  } finally {
    await rm(unpackedPath, { force: true })
  }
}
