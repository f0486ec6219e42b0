import { randomUUID } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { JobRef } from '@strata/contract/references.ts'

import type { EngineParts } from '../engine-parts.ts'
import { replaceFile } from '../replace-file.ts'
import { StrataError, systemCodeOf } from '../strata-error.ts'
import { purgeJob, purgeMachine } from './purge.ts'
import { putBackMachine } from './put-back.ts'
import { trashEntry, type TrashEntry } from './trash-entry.ts'

const dayMs = 24 * 60 * 60 * 1000

export type TrashParts = Pick<EngineParts, 'folders' | 'log' | 'hosts' | 'jobs' | 'settings' | 'closing' | 'history'>

/** Deleted machines that can still come back: their files lie where they lay, their definitions lie here. */
export class TrashStore {
  /** Entries that something is being done with: put back and purged at once they must not be. */
  readonly #inHand = new Set<string>()
  #timer: NodeJS.Timeout | null = null

  private constructor(private readonly parts: TrashParts) {}

  static open(parts: TrashParts): Promise<TrashStore> {
    const store = new TrashStore(parts)
    store.#sweepDaily()
    return Promise.resolve(store)
  }

  close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    return Promise.resolve()
  }

  /** The newest first. A file that cannot be understood is told of and left alone. */
  async list(): Promise<TrashEntry[]> {
    const entries = await Promise.all((await this.#names()).map((name) => this.#read(name)))
    return entries.filter((entry) => entry !== null).sort((one, other) => other.trashedAtMs - one.trashedAtMs)
  }

  async add(machine: Omit<TrashEntry, 'id' | 'trashedAtMs' | 'expiresAtMs'>): Promise<TrashEntry> {
    const trashedAtMs = Date.now()
    const expiresAtMs = trashedAtMs + this.parts.settings.read().trashDays * dayMs
    const entry = { ...machine, id: randomUUID(), trashedAtMs, expiresAtMs }
    await replaceFile(this.#pathOf(entry.id), `${JSON.stringify(entry, null, 2)}\n`)
    return entry
  }

  async remove(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true })
  }

  async putBack(id: string): Promise<void> {
    const entry = await this.#require(id)
    await this.#alone(entry, async () => {
      await putBackMachine(this.parts.hosts.get(entry.hostId), entry)
      await this.remove(id)
    })
  }

  async purge(id: string): Promise<JobRef> {
    return this.#startPurge(await this.#require(id))
  }

  /** Removes for good what has lain its time, on the hosts that are there. */
  async sweep(nowMs: number): Promise<JobRef[]> {
    const due = (await this.list()).filter((entry) => entry.expiresAtMs <= nowMs && !this.#inHand.has(entry.id))
    const hosts = this.parts.hosts.all()
    const reachable = due.filter(({ hostId }) =>
      hosts.some((host) => host.id === hostId && host.status.state === 'connected'),
    )
    return reachable.map((entry) => this.#startPurge(entry))
  }

  #startPurge(entry: TrashEntry): JobRef {
    this.#requireFree(entry)
    this.#inHand.add(entry.id)
    return this.parts.jobs.start(purgeJob(entry), (job) =>
      this.#thenFree(entry, async () => {
        await purgeMachine(this.parts, entry, job)
        await this.remove(entry.id)
      }),
    )
  }

  async #alone(entry: TrashEntry, work: () => Promise<void>): Promise<void> {
    this.#requireFree(entry)
    this.#inHand.add(entry.id)
    await this.#thenFree(entry, work)
  }

  async #thenFree(entry: TrashEntry, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } finally {
      this.#inHand.delete(entry.id)
    }
  }

  #requireFree(entry: TrashEntry): void {
    if (this.#inHand.has(entry.id))
      throw new StrataError('busy', `“${entry.name}” is being put back or removed just now.`)
  }

  #sweepDaily(): void {
    const { hosts, log, closing } = this.parts
    const sweep = () => {
      this.sweep(Date.now()).catch((error: unknown) => {
        log.warn({ err: error }, 'the trash could not be looked through')
      })
    }
    for (const host of hosts.all()) host.whenConnected(closing).then(sweep, () => undefined) // closed before it was ever there
    this.#timer = setInterval(sweep, dayMs)
    this.#timer.unref()
  }

  async #require(id: string): Promise<TrashEntry> {
    const entry = (await this.list()).find((each) => each.id === id)
    if (entry === undefined)
      throw new StrataError('not-found', 'This machine is not in the trash any more.', { field: 'id' })
    return entry
  }

  #pathOf(id: string): string {
    return join(this.parts.folders.dataDir, 'trash', `${id}.json`)
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(join(this.parts.folders.dataDir, 'trash'))).filter((name) => name.endsWith('.json'))
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return [] // nothing was ever thrown away
      throw error
    }
  }

  async #read(name: string): Promise<TrashEntry | null> {
    const path = join(this.parts.folders.dataDir, 'trash', name)
    try {
      return trashEntry.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch (error) {
      this.parts.log.warn({ err: error, path }, 'an entry of the trash cannot be understood')
      return null
    }
  }
}
