import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import { StrataError, systemCodeOf } from './strata-error.ts'

/**
 * Puts new content in place at once, for its user only: a crash or a power cut leaves the old file or the new one,
 * never half of one. The temporary name cannot be guessed and is never opened if it is there: in a folder that others
 * may write to, a file or link prepared under it would get the content.
 * @throws StrataError 'out-of-space' that names the folder
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await namingFullFolder(path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const temporary = `${path}.${randomBytes(8).toString('hex')}.new`
    const file = await open(temporary, 'wx', 0o600)
    try {
      await writeWhole(file, content)
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    await syncFolder(dirname(path)) // the name too must be on the disk
  })
}

async function writeWhole(file: FileHandle, content: string | Uint8Array): Promise<void> {
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Has the names in a folder on the disk. Some file systems cannot say when they are, and need not be asked. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EISDIR'].includes(systemCodeOf(error) ?? '')) throw error
  } finally {
    await handle.close()
  }
}

/**
 * Writes to a file of Strata's own. When its disk is full, that is what is told, with the folder: otherwise the user
 * would look for room where a machine's disk was to be made.
 */
export async function namingFullFolder<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const code = systemCodeOf(error)
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
    const folder = dirname(path)
    const sentence = say('engine.thereNoRoomLeft', { folder })
    throw new StrataError('out-of-space', sentence, { cause: error })
  }
}
