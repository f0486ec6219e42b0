import { spawn } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import { say } from '@strata/contract/words/say.ts'

import { findProgram } from '../this-computer/find-program.ts'
import { nodeCodeOf, StrataError, systemCodeOf, toStrataError } from '../strata-error.ts'
import type { CatalogueImage } from './catalogue-file.ts'

/** A small file can be made to unpack to any length. */
const mostBytes = 64 * 1024 ** 3

type Compression = Exclude<CatalogueImage['compression'], null>

export interface UnpackOptions {
  readonly signal: AbortSignal
  /** How much of the packed file has been read. */
  readonly onProgress: (readBytes: number) => void
}

/** Unpacks a file beside it; leaves nothing of it when it fails. */
export async function unpack(
  path: string,
  compression: Compression,
  to: string,
  options: UnpackOptions,
): Promise<void> {
  const { signal } = options
  signal.throwIfAborted()
  const program = compression === 'gz' ? null : await requireProgram(compression === 'xz' ? 'xz' : 'zstd')
  const source = createReadStream(path, { highWaterMark: 1024 ** 2 })
  const counted = (chunks: AsyncIterable<Buffer>) => count(chunks, options.onProgress)
  const target = createWriteStream(to, { mode: 0o600 })
  try {
    if (program === null) await pipeline(source, counted, createGunzip(), bounded, target, { signal })
    else await throughProgram(program, [source, counted], target, signal)
  } catch (error) {
    await rm(to, { force: true })
    signal.throwIfAborted()
    if (nodeCodeOf(error)?.startsWith('Z_') === true) throw damaged(error)
    throw toStrataError(error, say('images.couldNotUnpacked', { path }))
  }
}

async function requireProgram(name: 'xz' | 'zstd'): Promise<string> {
  const program = await findProgram(name)
  if (program !== null) return program
  throw new StrataError('unsupported', say('images.imagePackedProgramNot', { name }))
}

const damaged = (cause: unknown) =>
  new StrataError('invalid-input', say('images.imageDamagedCannotUnpacked'), { cause })

async function throughProgram(
  program: string,
  [source, counted]: [Readable, (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>],
  target: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] })
  let errorText = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(0, 4096)
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => {
      if (exitCode === 0) resolve()
      else reject(damaged(errorText))
    })
  })
  // One that ends early closes its end of the pipe; why it ended is what counts.
  const fed = pipeline(source, counted, child.stdin, { signal }).catch((error: unknown) => {
    if (!isClosedPipe(error)) throw error
  })
  try {
    await Promise.all([fed, pipeline(child.stdout, bounded, target, { signal }), ended])
  } finally {
    child.kill('SIGKILL')
    await ended.catch(() => undefined) // told already, if it was what went wrong
  }
}

const isClosedPipe = (error: unknown) => ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(systemCodeOf(error) ?? '')

async function* count(chunks: AsyncIterable<Buffer>, onProgress: (readBytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    onProgress(bytes)
    yield chunk
  }
}

async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new StrataError('invalid-input', say('images.imageUnpacksFarMore'))
    yield chunk
  }
}
