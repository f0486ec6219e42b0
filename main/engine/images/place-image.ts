import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'

import { say } from '@strata/contract/words/say.ts'
import { LibvirtError, type StoragePool, type StorageVolume } from 'node-libvirt'

import { makeVolume, volumeUndo } from '../storage/place-media.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { explainWrite } from '../storage/out-of-space.ts'
import { StrataError } from '../strata-error.ts'
import { describePlaced, type PlacedImage } from './placed-images.ts'

/** A qcow2 header with its extensions, and more. */
const headBytes = 64 * 1024

export interface ImageToPlace {
  readonly path: string
  readonly poolUuid: string
  readonly volumeName: string
}

/**
 * Copies an image into a pool. Its head goes last: until then the file has no format, so that nobody takes the part of an
 * image for an image. Once it is whole it stays, whatever becomes of the job, because other machines may be built on it.
 */
export async function placeImage(host: Host, image: ImageToPlace, job: JobControl): Promise<PlacedImage> {
  const { path, poolUuid, volumeName: name } = image
  const { size: sizeBytes } = await stat(path)
  return host.withBulkConnection(async (connection) => {
    try {
      const pool = await connection.storagePoolLookupByUUID(poolUuid)
      await pool.refresh()
      const there = await lookUp(pool, name)
      const placed = there && (await describePlaced(poolUuid, there))
      if (placed) return placed
      await there?.delete() // left in the middle of its way; libvirt refuses while somebody still writes it
      const undo = volumeUndo({ hostId: host.id, poolUuid, name })
      const volume = await makeVolume(pool, { ...undo, format: 'raw', capacityBytes: sizeBytes, undo }, job)
      await send(volume, path, sizeBytes, job)
      await pool.refresh()
      const whole = await describePlaced(poolUuid, await pool.storageVolLookupByName(name))
      if (whole === null) throw new StrataError('internal', say('images.didNotArriveWhole', { name }))
      await job.willNotUndo(undo)
      return whole
    } catch (error) {
      job.signal.throwIfAborted()
      const sentence = say('images.couldNotCopiedInto', { name })
      throw await explainWrite(error, host, connection, poolUuid, sentence, Math.min(sizeBytes, 64 * 1024 ** 2))
    }
  })
}

async function lookUp(pool: StoragePool, name: string): Promise<StorageVolume | null> {
  try {
    return await pool.storageVolLookupByName(name)
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-storage-vol') return null
    throw error
  }
}

async function send(volume: StorageVolume, path: string, sizeBytes: number, job: JobControl): Promise<void> {
  const { signal } = job
  const head = Math.min(headBytes, sizeBytes)
  const part = (start: number, end: number) => createReadStream(path, { start, end: end - 1, highWaterMark: 1024 ** 2 })
  job.progress(0, sizeBytes)
  if (sizeBytes > head) {
    await volume.upload(part(head, sizeBytes), {
      offsetBytes: head,
      sparse: true,
      signal,
      onProgress: (sentBytes) => {
        job.progress(sentBytes, sizeBytes)
      },
    })
  }
  await volume.upload(part(0, head), { signal })
  job.progress(sizeBytes, sizeBytes)
}
