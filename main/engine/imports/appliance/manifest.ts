import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

import type { Appliance } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../../strata-error.ts'
import type { AppliancePart } from './appliance-files.ts'

export interface Manifest {
  readonly algorithm: NonNullable<Appliance['checksums']>
  /** In small hexadecimal digits, by file name. */
  readonly digests: ReadonlyMap<string, string>
}

const digestLengths = { sha1: 40, sha256: 64, sha512: 128 } as const

/** Lines as 'SHA256(disk.vmdk)= 0a1b…'. Null: none of them is one. */
export function parseManifest(text: string): Manifest | null {
  const digests = new Map<string, string>()
  let algorithm: Manifest['algorithm'] | null = null
  for (const line of text.split(/\r?\n/)) {
    const [, word, name, digest] = /^(SHA1|SHA256|SHA512)\s*\((.+)\)\s*=\s*([0-9a-f]+)\s*$/i.exec(line) ?? []
    if (word === undefined || name === undefined || digest === undefined) continue
    const kind = word.toLowerCase() as Manifest['algorithm']
    if (digest.length !== digestLengths[kind]) continue
    algorithm ??= kind
    if (kind === algorithm) digests.set(name, digest.toLowerCase())
  }
  return algorithm === null ? null : { algorithm, digests }
}

export interface Reading {
  readonly signal: AbortSignal
  /** Told how many bytes of the file have been read. */
  readonly onProgress: (readBytes: number) => void
}

/**
 * Reads a file of the appliance and compares it with its checksum. One that the manifest does not name is not read.
 * @throws StrataError 'invalid-input' when it differs
 */
export async function verifyPart(
  part: AppliancePart,
  manifest: Manifest,
  { signal, onProgress }: Reading,
): Promise<void> {
  const expected = manifest.digests.get(part.name)
  if (expected === undefined || part.sizeBytes === 0) return
  const hash = createHash(manifest.algorithm)
  const range = { start: part.offsetBytes, end: part.offsetBytes + part.sizeBytes - 1 }
  const stream = createReadStream(part.path, { ...range, highWaterMark: 1024 ** 2, signal })
  let readBytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk)
    readBytes += chunk.length
    onProgress(readBytes)
  }
  if (hash.digest('hex') === expected) return
  throw new StrataError('invalid-input', say('imports.notMakerMadeChecksum', { part: part.name }), {
    field: 'path',
    detail: part.path,
  })
}
