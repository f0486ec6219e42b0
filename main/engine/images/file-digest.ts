import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

export interface DigestOptions {
  readonly signal: AbortSignal
  readonly onProgress: (doneBytes: number) => void
}

/** In small hex letters. */
export async function fileDigest(
  path: string,
  algorithm: 'sha256' | 'sha512',
  { signal, onProgress }: DigestOptions,
): Promise<string> {
  const hash = createHash(algorithm)
  let doneBytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 ** 2, signal }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    doneBytes += chunk.length
    onProgress(doneBytes)
  }
  return hash.digest('hex')
}
