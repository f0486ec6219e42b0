import { access, constants, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { CloudImage } from '@strata/contract/images.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { runProgram } from '../this-computer/run-program.ts'
import { findProgram } from '../this-computer/find-program.ts'
import { StrataError, systemCodeOf } from '../strata-error.ts'
import type { CatalogueImage, PublishedSignature } from './catalogue-file.ts'

/** A whole image is read through once. */
const longestCheckMs = 30 * 60_000

/**
 * How a download can be verified on this computer. A checksum that comes over an open way, or is named by a catalogue that
 * did, is compared all the same, but says only that nothing broke: whoever changed the image could have changed it too.
 */
export async function howVerified({
  checksum,
  signature,
  cameOpenly = false,
}: Pick<CatalogueImage, 'checksum' | 'signature' | 'cameOpenly'>): Promise<CloudImage['verifiedBy']> {
  if (cameOpenly) return 'nothing'
  if (signature !== null && (await usableKeyring(signature)) !== null) return 'signature'
  return checksum !== null && /^(https|file):/i.test(checksum.url) ? 'checksum' : 'nothing'
}

/** Null: the keys are not on this computer, or the program that reads them is not. */
export async function usableKeyring({ keyrings }: PublishedSignature): Promise<string | null> {
  for (const path of keyrings) if ((await isReadable(path)) && (await findProgram('gpgv')) !== null) return path
  return null
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK)
    return true
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return false // absent or closed to this user: of no use either way
  }
}

export interface Signed {
  /** A file that is signed by another, or the signed text itself. */
  readonly path: string
  /** Null: the signature is in the file. */
  readonly signaturePath: string | null
}

/**
 * Verifies by the keys of one keyring.
 * @returns of a file that is signed in itself, the text that the signature covers: what stands around it is anybody's
 * @throws StrataError 'not-permitted' when it is not signed by one of these keys
 */
export async function verifySignature(signed: Signed, keyringPath: string, what: Said): Promise<string> {
  const folder = await mkdtemp(`${signed.path}.`)
  try {
    const keyring = join(folder, 'keys.gpg')
    const text = join(folder, 'text')
    await writeFile(keyring, binaryKeys(await readFile(keyringPath)))
    const files = signed.signaturePath === null ? [signed.path] : [signed.signaturePath, signed.path]
    const output = signed.signaturePath === null ? ['--output', text] : []
    const end = await runProgram('gpgv', ['--homedir', folder, '--keyring', keyring, ...output, ...files], {
      timeoutMs: longestCheckMs,
    })
    if (end.exitCode !== 0) throw refused(what, keyringPath, end.errorText)
    return signed.signaturePath === null ? await readFile(text, 'utf8') : ''
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function refused(what: Said, keyringPath: string, detail: string): StrataError {
  return new StrataError('not-permitted', say('images.signatureNotOneMakers', { what, keyringPath }), { detail })
}

const armourHead = '-----BEGIN PGP PUBLIC KEY BLOCK-----'

/** gpgv reads binary keys only; distributions ship both kinds. */
export function binaryKeys(file: Buffer): Buffer {
  const text = file.toString('latin1')
  if (!text.includes(armourHead)) return file
  const blocks = text.split(armourHead).slice(1)
  return Buffer.concat(blocks.map(binaryBlock))
}

/** After headers and an empty line comes base64, then a sum that begins with '=', then the end. */
function binaryBlock(block: string): Buffer {
  const lines = block.split(/\r?\n/).map((line) => line.trim())
  const body = lines.slice(lines.indexOf('', 1) + 1)
  const end = body.findIndex((line) => line.startsWith('=') || line.startsWith('-----'))
  return Buffer.from(body.slice(0, end).join(''), 'base64')
}
