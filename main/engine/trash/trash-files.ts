import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Logger } from 'pino'

import { replaceFile } from '../replace-file.ts'
import { systemCodeOf } from '../strata-error.ts'
import { trashEntry, type TrashEntry } from './trash-entry.ts'

export interface TrashReading {
  readonly entries: readonly TrashEntry[]
  /** Files that cannot be understood: of another version, or damaged. They are left alone. */
  readonly unreadPaths: readonly string[]
}

/** The entries of the trash, one file each. */
export class TrashFiles {
  readonly #folder: string

  constructor(
    dataDir: string,
    private readonly log: Logger,
  ) {
    this.#folder = join(dataDir, 'trash')
  }

  async read(): Promise<TrashReading> {
    const entries: TrashEntry[] = []
    const unreadPaths: string[] = []
    for (const name of await this.#names()) {
      const path = join(this.#folder, name)
      const entry = await this.#read(path)
      if (entry === 'unread') unreadPaths.push(path)
      else if (entry !== null) entries.push(entry)
    }
    return { entries, unreadPaths }
  }

  /** On the disk, with its name, when this resolves. */
  async write(entry: TrashEntry): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await replaceFile(this.#pathOf(entry.id), `${JSON.stringify(entry, null, 2)}\n`)
  }

  async remove(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true })
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.json`)
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => name.endsWith('.json'))
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return [] // nothing was ever thrown away
      throw error
    }
  }

  /** Null: it went away just now. */
  async #read(path: string): Promise<TrashEntry | 'unread' | null> {
    try {
      return trashEntry.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return null
      this.log.warn({ err: error, path }, 'an entry of the trash cannot be understood')
      return 'unread'
    }
  }
}
