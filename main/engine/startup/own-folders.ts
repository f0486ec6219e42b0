import { chmod, lstat, mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { StrataError, toStrataError } from '../strata-error.ts'
import type { Folders } from './folders.ts'
import type { StartNotices } from './start-notices.ts'

/** Folders that the engine makes in the data folder. */
const PARTS = ['journal', 'trash', 'histories', 'pictures']

/**
 * Has Strata's own folders there, as folders, before anything is kept in them. What stands in their place is set aside
 * under another name and told of: Strata starts whatever became of its own files.
 * @throws StrataError when the data folder is another user's, or cannot be made
 */
export async function prepareOwnFolders(folders: Folders, notices: StartNotices): Promise<void> {
  for (const path of [folders.configDir, folders.cacheDir, folders.stateDir, folders.dataDir]) {
    await clearWay(path, notices)
  }
  await makeDataFolder(folders.dataDir)
  for (const part of PARTS) await clearWay(join(folders.dataDir, part), notices)
}

async function makeDataFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    const { uid, mode } = await stat(path)
    const own = process.getuid?.()
    if (own !== undefined && uid !== own) {
      const sentence = say('startup.folderBelongsAnotherUser', { path })
      throw new StrataError('not-permitted', sentence)
    }
    // The lock and the journal are believed because nobody else could have written them.
    if ((mode & 0o077) !== 0) await chmod(path, 0o700)
  } catch (error) {
    throw toStrataError(error, say('startup.stratasOwnFolderCould', { path }))
  }
}

/** Whatever is no folder, and no link to one, goes aside. */
async function clearWay(path: string, notices: StartNotices): Promise<void> {
  const there = await lstat(path).catch(() => null) // not there, or not to be seen: making it will tell
  if (there === null) return
  const target = await stat(path).catch(() => null)
  if (target?.isDirectory() === true) return
  await setAside(path, say('startup.somethingElseThanFolder'), notices)
}

/** @param why a sentence for the user */
export async function setAside(path: string, why: Said, notices: StartNotices): Promise<void> {
  const to = `${path}.set-aside-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  try {
    await rename(path, to)
    notices.add({ path, setAsidePath: to, sentence: why })
  } catch (error) {
    notices.add({ path, setAsidePath: null, sentence: say('startup.couldNotMovedAway', { why }) }, error)
  }
}
