import { createHash, randomUUID } from 'node:crypto'
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { HistoryEntry } from '@strata/contract/history.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import type { Logger } from 'pino'

import { systemCodeOf } from '../strata-error.ts'
import { shownEntries, storedEntry, type NewEntry, type StoredEntry } from './stored-entry.ts'

/** Entries that are told at most: the newest. */
const mostEntries = 500

/**
 * What was done to each machine, a JSON line an entry, in a file of the user's. Losing it loses no guest data: a history
 * that cannot be written is logged, and the act that it tells of stands.
 */
export class HistoryStore {
  constructor(
    private readonly dataDir: string,
    private readonly log: Logger,
  ) {}

  async add(machine: MachineRef, entry: NewEntry): Promise<void> {
    const path = this.#pathOf(machine)
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await appendFile(path, `${JSON.stringify({ id: randomUUID(), ...entry })}\n`, { mode: 0o600 })
    } catch (error) {
      this.log.warn({ err: error, machine: machine.uuid }, 'an entry of a machine’s history could not be written')
    }
  }

  /** Newest first. */
  async list(machine: MachineRef): Promise<HistoryEntry[]> {
    return shownEntries(await this.stored(machine))
  }

  /** Newest first, with how each is taken back. */
  async stored(machine: MachineRef): Promise<StoredEntry[]> {
    const text = await textOf(this.#pathOf(machine))
    const entries = text.split('\n').flatMap((line) => {
      const read = storedEntry.safeParse(parsed(line))
      return read.success ? [read.data] : []
    })
    return entries.slice(-mostEntries).toReversed()
  }

  async remove(machine: MachineRef): Promise<void> {
    await rm(this.#pathOf(machine), { force: true })
  }

  /** A host's id may hold what a file's name may not. */
  #pathOf({ hostId, uuid }: MachineRef): string {
    const folder = createHash('sha256').update(hostId).digest('hex').slice(0, 16)
    return join(this.dataDir, 'history', folder, `${uuid}.jsonl`)
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return '' // nothing was done to it by this Strata
    throw error
  }
}

/** The engine may have died in the middle of a line: what is not an entry is passed over. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
