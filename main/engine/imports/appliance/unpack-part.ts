import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import { say } from '@strata/contract/words/say.ts'

import type { JobControl } from '../../jobs/job-control.ts'
import { StrataError } from '../../strata-error.ts'
import type { AppliancePart } from './appliance-files.ts'

/** To a file in the cache, which goes with the job. What would grow far beyond the disk's size is made to fill the computer. */
export async function unpackPart(
  cacheDir: string,
  part: AppliancePart,
  capacityBytes: number,
  job: JobControl,
): Promise<string> {
  const folder = join(cacheDir, 'imports')
  const path = join(folder, `${randomUUID()}.image`)
  await job.willUndo({ kind: 'delete-file', path })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const mostBytes = capacityBytes + capacityBytes / 16 + 64 * 1024 ** 2
  let [readBytes, writtenBytes] = [0, 0]
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      readBytes += chunk.length
      job.progress(readBytes, part.sizeBytes)
      done(null, chunk)
    },
  })
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      writtenBytes += chunk.length
      if (writtenBytes <= mostBytes) done(null, chunk)
      else
        done(
          new StrataError(
            'invalid-input',
            say('imports.unpacksMoreThanDisk', { part: part.name, capacity: capacityBytes }),
            { field: 'source' },
          ),
        )
    },
  })
  const range = { start: part.offsetBytes, end: part.offsetBytes + part.sizeBytes - 1, highWaterMark: 1024 ** 2 }
  try {
    await pipeline(
      createReadStream(part.path, range),
      counted,
      createGunzip(),
      bounded,
      createWriteStream(path, { mode: 0o600 }),
      {
        signal: job.signal,
      },
    )
    return path
  } catch (error) {
    await rm(path, { force: true })
    job.signal.throwIfAborted()
    if (error instanceof StrataError) throw error
    throw unpackProblem(error, part)
  }
}

function unpackProblem(error: unknown, part: AppliancePart): StrataError {
  const isFull = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  return isFull
    ? new StrataError('out-of-space', say('imports.unpackedFirstThereNo', { part: part.name }), { cause: error })
    : new StrataError('invalid-input', say('imports.cannotUnpackedDamaged', { part: part.name }), {
        field: 'source',
        cause: error,
      })
}
