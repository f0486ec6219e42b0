import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { systemCodeOf } from '../../strata-error.ts'
import { keyTypes, readPublicKey } from './public-key.ts'

export interface KnownKey {
  readonly label: string
  readonly publicKey: string
  readonly path: string
}

const mostKeys = 32
/** No public key is longer; a file that is, is something else. */
const mostBytes = 16 * 1024

/**
 * The public halves in a user's ~/.ssh, the kind that is best first. Private halves are neither read nor looked for.
 * What cannot be read is left out: this is an offer, and the user can paste any other key.
 */
export async function knownKeys(homeDir: string): Promise<KnownKey[]> {
  const folder = join(homeDir, '.ssh')
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.pub')).sort()
  const found = []
  for (const name of names.slice(0, mostKeys)) {
    const path = join(folder, name)
    const line = await firstLine(path)
    const key = line === null ? null : readPublicKey(line)
    if (line !== null && key !== null) {
      const label = key.comment === '' ? name.replace(/\.pub$/, '') : key.comment
      found.push({ rank: keyTypes.indexOf(key.type), known: { label, publicKey: line.trim(), path } })
    }
  }
  return found.sort((first, second) => first.rank - second.rank).map(({ known }) => known)
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return [] // no such folder, or closed to us
  }
}

async function firstLine(path: string): Promise<string | null> {
  try {
    const file = await open(path)
    try {
      if (!(await file.stat()).isFile()) return null
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(mostBytes), position: 0 })
      return buffer.toString('utf8', 0, bytesRead).split('\n')[0] ?? null
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}
