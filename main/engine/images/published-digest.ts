import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { StrataError } from '../strata-error.ts'
import type { CatalogueImage } from './catalogue-file.ts'
import { digestIn } from './checksum-file.ts'
import { fetchSmallFile } from './fetch-small-file.ts'
import type { ImageLibrary } from './image-library.ts'
import { usableKeyring, verifySignature } from './signature.ts'

type Library = Pick<ImageLibrary, 'folder' | 'around'>

export const titleOf = ({ name, version }: CatalogueImage) => `${name} ${version}`

/**
 * The digest that the image's makers publish for it, in small hex letters; null: they publish none. By their signature,
 * where that is published and their keys are on this computer.
 */
export async function publishedDigest(
  image: CatalogueImage,
  library: Library,
  signal: AbortSignal,
): Promise<string | null> {
  const { checksum, url } = image
  if (checksum === null) return null
  const what = say('images.theChecksumOf', { title: titleOf(image) })
  const file = await fetchSmallFile(checksum.url, what, signal, library.around)
  const text = await verifiedText(image, file, what, library, signal)
  const fileName = fileNameOf(url)
  const digest = digestIn(text, fileName, checksum)
  if (digest !== null) return digest
  throw new StrataError('invalid-input', say('images.noChecksumPublishedCannot', { fileName, url: checksum.url }))
}

export const fileNameOf = (url: string) => basename(decodeURIComponent(new URL(url).pathname))

async function verifiedText(
  { signature }: CatalogueImage,
  file: Buffer,
  what: Said,
  { folder, around }: Library,
  signal: AbortSignal,
): Promise<string> {
  const keyring = signature === null ? null : await usableKeyring(signature)
  const covers = signature?.kind === 'clearsigned' || (signature?.kind === 'detached' && signature.of === 'checksum')
  if (signature === null || keyring === null || !covers) return file.toString('utf8')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const scratch = await mkdtemp(join(folder, 'sums-'))
  try {
    const path = join(scratch, 'sums')
    await writeFile(path, file)
    if (signature.kind === 'clearsigned') return await verifySignature({ path, signaturePath: null }, keyring, what)
    await verifyDetached(signature.url, path, { keyring, what, around, signal })
    return file.toString('utf8')
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

interface Detached {
  readonly keyring: string
  readonly what: Said
  readonly around: ImageLibrary['around']
  readonly signal: AbortSignal
}

/** Downloads a signature, and verifies a file by it. */
export async function verifyDetached(url: string, path: string, options: Detached): Promise<void> {
  const { keyring, what, around, signal } = options
  const signaturePath = `${path}.sig`
  try {
    await writeFile(signaturePath, await fetchSmallFile(url, say('images.theSignatureOf', { what }), signal, around))
    await verifySignature({ path, signaturePath }, keyring, what)
  } finally {
    await rm(signaturePath, { force: true })
  }
}
