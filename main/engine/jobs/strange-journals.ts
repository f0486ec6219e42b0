import type { Said } from '@strata/contract/words/said.ts'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { journalNames, readJournal } from './journal.ts'

/** What the notes of a job of a later version speak of, whatever its steps are. */
export interface StrangeJournal {
  readonly jobId: string
  readonly title: Said
  /** All that looks like a path of the host or of this computer. */
  readonly paths: readonly string[]
  /** All that looks like a volume. */
  readonly volumes: readonly { readonly hostId: string; readonly poolUuid: string; readonly name: string }[]
}

/** Journals that wait for a later version of Strata. What they name is needed, though it is not known for what. */
export async function readStrangeJournals(folder: string): Promise<StrangeJournal[]> {
  const found: StrangeJournal[] = []
  for (const name of await journalNames(folder)) {
    const path = join(folder, name)
    const read = await readJournal(path)
    if (read.kind !== 'of-a-later-version') continue
    const values = await readFile(path, 'utf8').then(jsonLines, () => []) // removed in this moment
    const paths: string[] = []
    const volumes: StrangeJournal['volumes'][number][] = []
    for (const value of values) collect(value, paths, volumes)
    found.push({ jobId: name.slice(0, -'.jsonl'.length), title: read.title, paths: [...new Set(paths)], volumes })
  }
  return found
}

function jsonLines(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as unknown]
    } catch {
      return [] // cut off in the middle
    }
  })
}

function collect(value: unknown, paths: string[], volumes: StrangeJournal['volumes'][number][]): void {
  if (typeof value === 'string' && value.startsWith('/')) paths.push(value)
  if (typeof value !== 'object' || value === null) return
  const { hostId, poolUuid, name } = value as Record<string, unknown>
  if (typeof hostId === 'string' && typeof poolUuid === 'string' && typeof name === 'string')
    volumes.push({ hostId, poolUuid, name })
  for (const each of Object.values(value)) collect(each, paths, volumes)
}
