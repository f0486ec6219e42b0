import { storedSaid, type Said } from '@strata/contract/words/said.ts'
import { mkdir, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { namingFullFolder, syncFolder } from '../replace-file.ts'
import { undoMark, undoStep, type UndoMark, type UndoStep } from './undo.ts'

const header = z.object({
  type: z.literal('job'),
  jobId: z.string(),
  kind: z.string(),
  title: storedSaid,
  hostId: z.string().nullable(),
  machineUuid: z.string().nullable(),
  startedAtMs: z.number(),
})
export type JournalHeader = Omit<z.infer<typeof header>, 'type'>

const line = z.discriminatedUnion('type', [
  header,
  z.object({ type: z.literal('will-undo'), step: undoStep }),
  /** What the step of this number is about, now that it is there. */
  z.object({ type: z.literal('made'), index: z.number().int(), mark: undoMark }),
  /** The number of the step in the file, from 0. */
  z.object({ type: z.literal('undone'), index: z.number().int() }),
  z.object({ type: z.literal('keep') }),
])
type JournalLine = z.infer<typeof line>

/** What a job that did not end left behind. */
export interface JournalContent {
  readonly header: JournalHeader
  /** In the order in which they were promised; undone from the last to the first. */
  readonly steps: readonly { readonly index: number; readonly step: UndoStep; readonly mark: UndoMark | null }[]
}

/**
 * One file a job, a JSON line an entry. Each line is on the disk before `append` resolves; so what is made after
 * it can be found and taken back, whatever happens to the engine. A job that ended well leaves no file.
 */
export class Journal {
  readonly #file: FileHandle
  readonly #path: string

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  static async create(folder: string, about: JournalHeader): Promise<Journal> {
    const path = journalPath(folder, about.jobId)
    return namingFullFolder(path, async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const journal = new Journal(path, await open(path, 'ax', 0o600))
      await journal.append({ type: 'job', ...about })
      await syncFolder(folder) // the name too must be on the disk
      return journal
    })
  }

  /** For a file that is there already. */
  static async reopen(folder: string, jobId: string): Promise<Journal> {
    const path = journalPath(folder, jobId)
    return new Journal(path, await open(path, 'a', 0o600))
  }

  async append(entry: JournalLine): Promise<void> {
    await namingFullFolder(this.#path, async () => {
      await this.#file.appendFile(`${JSON.stringify(entry)}\n`)
      await this.#file.sync()
    })
  }

  /** Leaves the file for the next start. */
  close(): Promise<void> {
    return this.#file.close()
  }

  async remove(): Promise<void> {
    await this.#file.close()
    await rm(this.#path, { force: true })
  }
}

/** Understands a journal as far as it goes: the engine may have died in the middle of its last line. Null: nothing to do. */
export function replayJournal(text: string): JournalContent | null {
  const read = understand(text)
  return read.kind === 'understood' ? read.content : null
}

export type ReadJournal =
  | { readonly kind: 'understood'; readonly content: JournalContent }
  /** It promises nothing, or says that its outcome is kept. */
  | { readonly kind: 'nothing-to-do' }
  /** It has entries that this version does not know: undoing only the others could do harm. */
  | { readonly kind: 'of-a-later-version'; readonly title: Said }
  | { readonly kind: 'unreadable' }

function understand(text: string): ReadJournal {
  let about: JournalHeader | null = null
  let steps: { index: number; step: UndoStep; mark: UndoMark | null }[] = []
  let count = 0
  for (const entry of wholeLines(text)) {
    switch (entry.type) {
      case 'job': {
        about = entry
        break
      }
      case 'will-undo':
        steps.push({ index: count, step: entry.step, mark: null })
        count += 1
        break
      case 'made':
        steps = steps.map((each) => (each.index === entry.index ? { ...each, mark: entry.mark } : each))
        break
      case 'undone':
        steps = steps.filter(({ index }) => index !== entry.index)
        break
      case 'keep':
        steps = []
        break
      case 'unknown':
        if (about !== null) return { kind: 'of-a-later-version', title: about.title }
        break
    }
  }
  return about === null || steps.length === 0
    ? { kind: 'nothing-to-do' }
    : { kind: 'understood', content: { header: about, steps } }
}

/**
 * Stops at the first line that is no entry: a line that was cut is the last thing that was written. A whole entry of a
 * kind that is not known here was written by a later version.
 */
function* wholeLines(text: string): Generator<JournalLine | { readonly type: 'unknown' }> {
  for (const each of text.split('\n').slice(0, -1)) {
    const value = parseJson(each)
    const entry = line.safeParse(value)
    if (!entry.success) {
      if (typeof value === 'object' && value !== null && 'type' in value) yield { type: 'unknown' }
      return
    }
    yield entry.data
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // no entry of ours is null, so the caller takes it as a line that was cut
  }
}

/** Reads one file; never fails. */
export async function readJournal(path: string): Promise<ReadJournal> {
  try {
    return understand(await readFile(path, 'utf8'))
  } catch {
    return { kind: 'unreadable' } // a folder, closed, or gone
  }
}

/**
 * What is to be taken back after a crash. Journals that promise nothing are removed. Those that cannot be read, or are
 * of a later version, stay where they are: startup/left-journals.ts tells of them.
 */
export async function readLeftJournals(folder: string): Promise<JournalContent[]> {
  const left: JournalContent[] = []
  for (const name of await journalNames(folder)) {
    const path = join(folder, name)
    const read = await readJournal(path)
    if (read.kind === 'understood') left.push(read.content)
    // One that cannot be removed promises nothing at the next start either.
    if (read.kind === 'nothing-to-do') await rm(path, { force: true }).catch(() => undefined)
  }
  return left
}

export async function journalNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.jsonl'))
  } catch {
    return [] // no job has promised anything yet, or it was told that this is no folder
  }
}

function journalPath(folder: string, jobId: string): string {
  return join(folder, `${jobId}.jsonl`)
}
