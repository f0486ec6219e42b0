import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { holdsFiles } from '../../storage/file-pools.ts'
import { makeVolume, uploadIso } from '../../storage/place-media.ts'
import type { Host } from '../../hosts/host.ts'
import type { JobControl } from '../../jobs/job-control.ts'
import { explainWrite } from '../../storage/out-of-space.ts'
import { StrataError, toStrataError } from '../../strata-error.ts'
import type { ImageSource } from '../../disk-images/image-source.ts'
import { runImageTool, toolLimits } from '../../disk-images/image-tool.ts'
import { givenPath, withOpenFile, withOpenImage } from '../../disk-images/open-image.ts'
import { refuseWhenDiskIsFull, refuseWhenFull, spareBytes } from './room-for-copies.ts'

export interface ImageCopy {
  readonly source: ImageSource
  /** For the eye. */
  readonly fileName: string
  /** What the guest sees; no less than the image has. */
  readonly capacityBytes: number
  /** What it takes as qcow2. */
  readonly neededBytes: number
  readonly poolUuid: string
  /** Of the volume that is made. */
  readonly name: string
}

export interface Copying {
  readonly host: Host
  /** For a copy on the way to a pool that this process cannot write to. */
  readonly cacheDir: string
}

/** How many bytes the copy will have to tell about: those that travel in two steps count twice. */
export async function bytesToCopy({ host }: Copying, copies: readonly ImageCopy[]): Promise<number> {
  let totalBytes = 0
  for (const { poolUuid, neededBytes } of copies)
    totalBytes += neededBytes * ((await mayWriteTo(host, host.inventory.requirePool(poolUuid))) ? 1 : 2)
  return totalBytes
}

/** The same job, whose progress counts from where the last disk ended. */
export function stretchOf(job: JobControl, beforeBytes: number, totalBytes: number): JobControl {
  return {
    ...job,
    progress: (doneBytes) => {
      job.progress(beforeBytes + doneBytes, totalBytes)
    },
  }
}

/**
 * Copies an image into a pool as qcow2; gives the volume's path. Where this process may write to the pool, straight into a
 * volume that libvirt has made; else by way of a file in the cache, which is then sent to the daemon. Whatever ends it
 * early leaves nothing: the program is gone before the volume is taken back.
 */
export async function convertImage(copying: Copying, copy: ImageCopy, job: JobControl): Promise<string> {
  const pool = copying.host.inventory.requirePool(copy.poolUuid)
  await refuseWhenFull(copying.host, pool, copy.neededBytes)
  return (await mayWriteTo(copying.host, pool)) ? intoPool(copying.host, pool, copy, job) : byUpload(copying, copy, job)
}

/** The system daemon's volumes are root's alone, whatever their folder allows. */
export async function mayWriteTo(host: Host, { type, path }: Pool): Promise<boolean> {
  const { address, files, login } = host
  const ownsVolumes = address.scope === 'session' || login?.userId === 0
  if (files?.sharesPaths !== true || !ownsVolumes || path === null || !holdsFiles({ type })) return false
  return files.mayUse(path, 'write-in-folder')
}

async function intoPool(host: Host, pool: Pool, copy: ImageCopy, job: JobControl): Promise<string> {
  const { poolUuid, name, neededBytes } = copy
  return host.withBulkConnection(async (connection) => {
    try {
      const handle = await connection.storagePoolLookupByUUID(poolUuid)
      // Sizes of images are whole sectors.
      const capacityBytes = Math.ceil(copy.capacityBytes / 512) * 512
      const volume = await makeVolume(handle, { hostId: host.id, poolUuid, name, format: 'qcow2', capacityBytes }, job)
      const path = await volume.getPath()
      await convert('into-zeros', path, copy, job)
      await handle.refresh()
      return path
    } catch (error) {
      job.signal.throwIfAborted()
      if (error instanceof StrataError && error.code !== 'invalid-input') throw error
      const cause = error instanceof StrataError ? new Error(error.data.detail ?? error.message) : error
      const known = await explainWrite(
        cause,
        host,
        connection,
        poolUuid,
        sentenceOf(copy),
        Math.min(neededBytes, spareBytes),
      )
      // What is not the pool's fault is the image's.
      throw known.code === 'internal' && error instanceof StrataError ? error : known
    }
  })

  function sentenceOf({ fileName }: ImageCopy): Said {
    return say('imports.couldNotCopiedInto', { fileName, pool: pool.name })
  }
}

async function byUpload({ host, cacheDir }: Copying, copy: ImageCopy, job: JobControl): Promise<string> {
  const { neededBytes, poolUuid, name } = copy
  const folder = join(cacheDir, 'imports')
  const path = join(folder, `${randomUUID()}.qcow2`)
  await job.willUndo({ kind: 'delete-file', path })
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await refuseWhenDiskIsFull(folder, neededBytes)
    const first: JobControl = {
      ...job,
      progress: (doneBytes) => {
        job.progress(doneBytes, 2 * neededBytes)
      },
    }
    await convert('anew', path, copy, first)
    await grow(path, copy)
    const { size } = await stat(path)
    const second: JobControl = {
      ...job,
      progress: (sentBytes) => {
        job.progress(neededBytes + Math.round((sentBytes / size) * neededBytes), 2 * neededBytes)
      },
    }
    const uploaded = await uploadIso(host, { path, sizeBytes: size, poolUuid, name }, second)
    // Only now the daemon sees what kind of image it was given.
    await host.slow(async (connection) => (await connection.storagePoolLookupByUUID(poolUuid)).refresh())
    return uploaded
  } catch (error) {
    job.signal.throwIfAborted()
    throw toStrataError(error, say('imports.couldNotCopied', { fileName: copy.fileName }))
  } finally {
    await rm(path, { force: true })
  }
}

/** Sequence is of no use to an image, and out of order it is written faster; the target is flushed at the end. */
const manner = ['-W', '-t', 'writeback', '-O', 'qcow2']
const targetWords = { 'into-zeros': ['-n', '--target-is-zero'], anew: [] } as const

/**
 * The image and the target are handed over as open files.
 * @param target 'into-zeros': a volume that is there, and empty; 'anew': a file that is made
 * @throws StrataError 'invalid-input' with qemu-img's own words: who is at fault is found out by the caller
 */
async function convert(
  target: keyof typeof targetWords,
  path: string,
  { source, neededBytes, fileName }: ImageCopy,
  job: JobControl,
): Promise<void> {
  job.signal.throwIfAborted()
  job.progress(0, neededBytes)
  const end = await withOpenFile(path, target === 'anew' ? 'wx+' : 'r+', (descriptor) =>
    withOpenImage(source, ({ words, descriptors, names }) =>
      runImageTool(['convert', '-p', ...targetWords[target], ...manner, ...words, givenPath(descriptors.length)], {
        limits: toolLimits.copy,
        descriptors: [...descriptors, descriptor],
        sees: names === null ? 'files' : 'given',
        signal: job.signal,
        onOutput: (text) => {
          const share = shareIn(text)
          if (share !== null) job.progress(Math.round(share * neededBytes), neededBytes)
        },
      }),
    ),
  )
  job.signal.throwIfAborted()
  if (end.exitCode === 0) return
  throw new StrataError('invalid-input', say('imports.couldNotCopiedDamaged', { fileName }), {
    field: 'source',
    detail: end.errorText,
  })
}

/** Of '    (12.50/100%)\r', perhaps several of them, perhaps cut. Null: nothing whole. */
export function shareIn(text: string): number | null {
  const last = [...text.matchAll(/\((\d{1,3}\.\d\d)\/100%\)/g)].at(-1)?.[1]
  return last === undefined ? null : Math.min(1, Number(last) / 100)
}

async function grow(path: string, { capacityBytes, fileName }: ImageCopy): Promise<void> {
  const words = ['resize', '-q', '-f', 'qcow2', givenPath(0), String(Math.ceil(capacityBytes / 512) * 512)]
  const end = await withOpenFile(path, 'r+', (descriptor) =>
    runImageTool(words, { limits: toolLimits.question, descriptors: [descriptor], sees: 'given' }),
  )
  if (end.exitCode === 0) return
  throw new StrataError('internal', say('imports.copyCouldNotMade', { fileName }), {
    detail: end.errorText,
  })
}
