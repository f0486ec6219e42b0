import { createReadStream } from 'node:fs'
import { mkdir, open, stat, statfs, truncate } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import type { Clock } from '../clock.ts'
import { HttpFault } from './http-fault.ts'
import { httpGet, stallMs, type HttpSurroundings } from './http-get.ts'
import type { Origin, PartialFile } from './partial-file.ts'
import { withRetries } from './retry.ts'

/** No image is longer; a server that does not say how long its answer is may not fill the disk. */
const mostBytes = 64 * 1024 ** 3

export interface DownloadOptions {
  readonly signal: AbortSignal
  readonly around: HttpSurroundings
  /** A null total: not known. */
  readonly onProgress: (doneBytes: number, totalBytes: number | null) => void
}

/**
 * Brings a file here, going on from what has arrived of it before. What has arrived stays when it fails or is aborted;
 * the caller decides whether the next attempt is to begin with it.
 * @throws HttpFault, system errors of the network and the disk, StrataError 'out-of-space' before anything is written
 */
export async function download(url: string, partial: PartialFile, options: DownloadOptions): Promise<void> {
  await mkdir(partial.folder, { recursive: true, mode: 0o700 })
  if (url.startsWith('file:')) return copyHere(fileURLToPath(url), partial, options)
  const { signal, around } = options
  await withRetries(
    () => fetchRest(url, partial, options),
    () => partial.sizeBytes(),
    { clock: around.clock, signal },
  )
}

/** From a folder of this computer, such as one that an organisation shares. */
async function copyHere(path: string, partial: PartialFile, options: DownloadOptions): Promise<void> {
  const { size } = await stat(path)
  const origin = { url: `file:${path}`, etag: null, lastModified: null, totalBytes: size }
  await beginAnew(partial, origin)
  await write(createReadStream(path), partial, { startBytes: 0, totalBytes: size }, options)
}

async function fetchRest(url: string, partial: PartialFile, options: DownloadOptions): Promise<void> {
  const haveBytes = await partial.sizeBytes()
  const origin = await partial.origin()
  const validator = origin?.url === url && haveBytes > 0 ? strongValidator(origin) : null
  const headers: Record<string, string> =
    validator === null ? {} : { range: `bytes=${haveBytes}-`, 'if-range': validator }
  const response = await httpGet(url, { headers, signal: options.signal }, options.around)
  try {
    switch (response.statusCode) {
      case 200: {
        const from = originOf(url, response)
        await beginAnew(partial, from)
        await write(response, partial, { startBytes: 0, totalBytes: from.totalBytes }, options)
        return
      }
      case 206: {
        const range = contentRange(response)
        const fits = range?.startBytes === haveBytes && range.totalBytes === (origin?.totalBytes ?? range.totalBytes)
        if (fits) return await write(response, partial, range, options)
        break
      }
      case 416:
        if (origin?.totalBytes === haveBytes) return // all of it had arrived
        break
      default:
        throw new HttpFault(
          'status',
          say('images.answered', { url, statusCode: String(response.statusCode) }),
          response.statusCode ?? null,
        )
    }
    await partial.remove()
    throw new HttpFault('broken-off', say('images.serverGaveAnotherPart'))
  } finally {
    response.destroy()
  }
}

/** A range may only be added to the very same bytes, which a weak tag does not promise. Null: there is none. */
function strongValidator({ etag, lastModified }: Origin): string | null {
  return etag !== null && !etag.startsWith('W/') ? etag : lastModified
}

function originOf(url: string, { headers }: IncomingMessage): Origin {
  const length = Number(headers['content-length'] ?? Number.NaN)
  return {
    url,
    etag: headers.etag ?? null,
    lastModified: headers['last-modified'] ?? null,
    totalBytes: Number.isSafeInteger(length) ? length : null,
  }
}

interface Part {
  readonly startBytes: number
  readonly totalBytes: number | null
}

/** 'bytes 100-199/200'; null: it says something else. */
function contentRange({ headers }: IncomingMessage): Part | null {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? []
  if (start === undefined) return null
  return { startBytes: Number(start), totalBytes: total === '*' ? null : Number(total) }
}

async function beginAnew(partial: PartialFile, origin: Origin): Promise<void> {
  await partial.remove()
  await partial.noteOrigin(origin)
}

async function write(body: Readable, partial: PartialFile, part: Part, options: DownloadOptions): Promise<void> {
  const { startBytes, totalBytes } = part
  if (totalBytes !== null) await ensureRoom(partial.folder, totalBytes - startBytes)
  options.onProgress(startBytes, totalBytes)
  const file = await open(partial.path, startBytes === 0 ? 'w' : 'r+', 0o600)
  const target = file.createWriteStream({ start: startBytes })
  await pipeline(body, (chunks: AsyncIterable<Buffer>) => metered(chunks, body, part, options), target, {
    signal: options.signal,
  })
  const { size } = await stat(partial.path)
  if (totalBytes !== null && size < totalBytes)
    throw new HttpFault('broken-off', say('images.bytesCame', { size, totalBytes }))
  if (totalBytes !== null && size > totalBytes) await truncate(partial.path, totalBytes)
}

/** Counts, and ends a body that has come to a stand or does not end. */
async function* metered(
  chunks: AsyncIterable<Buffer>,
  body: Readable,
  { startBytes, totalBytes }: Part,
  { onProgress, around }: DownloadOptions,
): AsyncGenerator<Buffer> {
  let doneBytes = startBytes
  const watch = new StallWatch(around.clock, () =>
    body.destroy(new HttpFault('stall', say('images.nothingCameForLong'))),
  )
  try {
    for await (const chunk of chunks) {
      watch.rest() // while the disk is slow nobody waits for the server
      doneBytes += chunk.length
      if (doneBytes > (totalBytes ?? mostBytes))
        throw new HttpFault('too-long', say('images.moreThanBytesCame', { doneBytes }))
      onProgress(doneBytes, totalBytes)
      yield chunk
      watch.begin()
    }
  } finally {
    watch.rest()
  }
}

class StallWatch {
  readonly #clock: Clock
  readonly #onStall: () => void
  #endWait: () => void

  constructor(clock: Clock, onStall: () => void) {
    this.#clock = clock
    this.#onStall = onStall
    this.#endWait = clock.after(stallMs, onStall)
  }

  begin(): void {
    this.#endWait()
    this.#endWait = this.#clock.after(stallMs, this.#onStall)
  }

  rest(): void {
    this.#endWait()
  }
}

/** @throws StrataError 'out-of-space' when a folder's file system has less left */
export async function ensureRoom(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const freeBytes = bavail * bsize
  if (freeBytes >= neededBytes) return
  throw new StrataError(
    'out-of-space',
    say('images.leftStillComeMake', { folder, free: freeBytes, needed: neededBytes }),
  )
}
