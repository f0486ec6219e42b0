import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import { readJournal } from '../jobs/journal.ts'
import { setAside } from './own-folders.ts'
import type { StartNotices } from './start-notices.ts'

/**
 * Looks through the journals of interrupted jobs before they are undone, and sets aside what is none. Each file alone:
 * one that cannot be read must not keep the others from being undone, or Strata from starting.
 */
export async function lookThroughJournals(folder: string, notices: StartNotices): Promise<void> {
  const names = await namesIn(folder, notices)
  for (const name of names) {
    const path = join(folder, name)
    const read = await readJournal(path)
    switch (read.kind) {
      case 'unreadable':
        await setAside(path, say('startup.notesInterruptedJobCannot'), notices)
        break
      case 'of-a-later-version':
        notices.add({
          path,
          setAsidePath: null,
          sentence: say('startup.interruptedLaterVersionStrata', { title: read.title }),
        })
        break
      case 'understood':
      case 'nothing-to-do':
        break
    }
  }
}

async function namesIn(folder: string, notices: StartNotices): Promise<string[]> {
  const read = async () => (await readdir(folder)).filter((name) => name.endsWith('.jsonl'))
  try {
    return await read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [] // no job has promised anything yet
  }
  try {
    await chmod(folder, 0o700) // ours, but closed
    return await read()
  } catch {
    await setAside(folder, say('startup.folderNotesInterruptedJobs'), notices)
    return []
  }
}
