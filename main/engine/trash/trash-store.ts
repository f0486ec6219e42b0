import { randomUUID } from 'node:crypto'

import type { JobRef } from '@strata/contract/references.ts'
import type { TrashedMachine } from '@strata/contract/trash.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Connection } from 'node-libvirt'

import type { Claims } from '../disk-images/file-claim.ts'
import type { EngineParts } from '../engine-parts.ts'
import { findMachine, isDefined } from '../hosts/find-machine.ts'
import type { Host } from '../hosts/host.ts'
import { lookWhenBack } from '../hosts/look-when-back.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { daemonFolders } from '../machines/daemon-folders.ts'
import { keepOwnState, undefineMachine } from '../machines/undefine.ts'
import { isLostAnswer, StrataError, toStrataError } from '../strata-error.ts'
import { setVariablesAside, takeVariablesBack } from './own-variables.ts'
import { DefinedAgain, purgeJob, purgeMachine, type Purge } from './purge.ts'
import { putBackMachine, requirePlace } from './put-back.ts'
import { claimsOfTrash } from './trash-claims.ts'
import { dayOf, isDue, isSoon, withDay } from './trash-days.ts'
import { trashedMachineOf, type EntryState, type TrashEntry } from './trash-entry.ts'
import { TrashFiles } from './trash-files.ts'

/** How often it is looked whether a new day has come. */
const sweepIntervalMs = 60 * 60 * 1000

export type TrashParts = Pick<
  EngineParts,
  'folders' | 'log' | 'hosts' | 'jobs' | 'settings' | 'closing' | 'history' | 'fileUsers'
>

/** How often a deletion goes on after an answer was lost. */
const triesAfterLoss = 3

/** What is said of a machine when it is thrown away. */
export type ThrownMachine = Omit<TrashEntry, 'id' | 'trashedAtMs' | 'days' | 'state'>

/** Deleted machines that can still come back: their files lie where they lay, their definitions lie here. */
export class TrashStore {
  readonly #files: TrashFiles
  /** Entries that something is being done with: put back and purged at once they must not be. */
  readonly #inHand = new Set<string>()
  #timer: NodeJS.Timeout | null = null

  private constructor(private readonly parts: TrashParts) {
    this.#files = new TrashFiles(parts.folders.dataDir, parts.log)
  }

  static open(parts: TrashParts): Promise<TrashStore> {
    const store = new TrashStore(parts)
    parts.fileUsers.addSource((hosts) => store.claims(hosts))
    store.#sweepHourly()
    store.#finishWhenConnected()
    return Promise.resolve(store)
  }

  close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    return Promise.resolve()
  }

  /** The newest first. A file that cannot be understood is told of and left alone. */
  async list(): Promise<TrashEntry[]> {
    const { entries } = await this.#files.read()
    return [...entries].sort((one, other) => other.trashedAtMs - one.trashedAtMs)
  }

  /** For a window: what is shown to go soon may go when the day comes. */
  async show(): Promise<TrashedMachine[]> {
    const { trashDays } = this.parts.settings.read()
    const today = dayOf(Date.now())
    const entries = await this.list()
    for (const entry of entries) {
      if (entry.days.announcedDay !== null || !isSoon(entry.days, trashDays) || this.#inHand.has(entry.id)) continue
      await this.#files.write({ ...entry, days: { ...entry.days, announcedDay: today } })
    }
    return entries.map((entry) => trashedMachineOf(entry, trashDays, this.#inHand.has(entry.id)))
  }

  async claims(hosts: readonly Host[]): Promise<Claims> {
    return claimsOfTrash(await this.#files.read(), hosts)
  }

  /**
   * Takes a machine's definition into the trash and has libvirt forget it. First written down, then forgotten: whatever
   * happens in between, the machine is at one of both places, and the next look says at which.
   */
  async takeIn(machine: ThrownMachine): Promise<void> {
    const entry = await this.#writeNew(machine, 'arriving')
    await this.#holding(entry, async () => {
      await this.#forget(entry)
      await this.#keep(entry)
    })
  }

  /** Has libvirt forget a machine and deletes its files. Written down before, so that it is finished if it is cut short. */
  async deleteNow(machine: ThrownMachine, job: JobControl, startFiles: () => void): Promise<void> {
    const entry = await this.#writeNew(machine, 'deleting')
    await this.#holding(entry, async () => {
      await this.#forget(entry)
      startFiles()
      // The user has seen what goes, and what could not be known, and has said yes.
      await this.#purge({ ...entry, state: 'purging' }, 'accept', quiet(job))
    })
  }

  /** What an earlier act left of a machine that is deleted without its disks: nothing may delete them later. */
  async forgetMachine({ hostId, uuid }: Pick<TrashEntry, 'hostId' | 'uuid'>): Promise<void> {
    for (const entry of await this.list())
      if (entry.hostId === hostId && entry.uuid === uuid) await this.#files.remove(entry.id)
  }

  async putBack(id: string): Promise<void> {
    const entry = await this.#require(id)
    const host = this.parts.hosts.get(entry.hostId)
    await this.#alone(entry, async () => {
      await requirePlace(host, this.parts.fileUsers, entry)
      await this.#files.write({ ...entry, state: 'returning' })
      await this.#return(host, entry)
    })
  }

  async purge(id: string, unseen: Purge['unseen'] = 'refuse'): Promise<JobRef> {
    return this.#startPurge(await this.#require(id), unseen)
  }

  /** Counts the day, and removes for good what has lain its time, on the hosts that are there. */
  async sweep(nowMs: number): Promise<JobRef[]> {
    const today = dayOf(nowMs)
    const { trashDays } = this.parts.settings.read()
    const due: TrashEntry[] = []
    for (const entry of await this.list()) {
      if (this.#inHand.has(entry.id) || entry.state !== 'in') continue
      const days = withDay(entry.days, today)
      if (days !== entry.days) await this.#files.write({ ...entry, days })
      if (isDue(days, trashDays, today) && this.#isThere(entry)) due.push({ ...entry, days })
    }
    return due.map((entry) => this.#startPurge(entry, 'refuse'))
  }

  async #writeNew(machine: ThrownMachine, state: EntryState): Promise<TrashEntry> {
    const nowMs = Date.now()
    const days = { counted: 0, lastDay: dayOf(nowMs), announcedDay: null }
    const entry = { ...machine, id: randomUUID(), trashedAtMs: nowMs, days, state }
    await this.#files.write(entry)
    return entry
  }

  /** It is nowhere but in the trash now. */
  async #keep(entry: TrashEntry): Promise<void> {
    const host = this.parts.hosts.get(entry.hostId)
    const kept = await setVariablesAside(host, entry, this.#variablesFolder(host))
    await this.#files.write({ ...kept, state: 'in' })
  }

  #variablesFolder(host: Host): string | null {
    return daemonFolders(host)?.firmwareVariables ?? null
  }

  /** libvirt forgets the machine, or the entry goes. Where no answer comes in time, the entry stays and is looked at again. */
  async #forget(entry: TrashEntry): Promise<void> {
    const host = this.parts.hosts.get(entry.hostId)
    try {
      await host.slow(async (connection) => {
        const domain = await findMachine(connection, entry.uuid)
        if (domain !== null && (await domain.isPersistent())) await undefineMachine(domain, keepOwnState)
      })
    } catch (error) {
      const look = await lookWhenBack(host, (connection) => isDefined(connection, entry.uuid))
      if (look === null) throw notKnownYet(entry, error)
      if (look.found) {
        await this.#files.remove(entry.id)
        throw error
      }
    }
    await host.slow((connection) => endWithoutDefinition(connection, entry.uuid))
  }

  async #return(host: Host, entry: TrashEntry, triesLeft = triesAfterLoss): Promise<void> {
    try {
      await putBackMachine(host, entry)
    } catch (error) {
      // Half a machine would be taken for the whole one. Without an answer it stays as it is until it can be looked at.
      if (isLostAnswer(error)) {
        if (triesLeft > 0 && (await lookWhenBack(host, () => Promise.resolve())) !== null)
          return this.#return(host, entry, triesLeft - 1)
        throw notKnownYet(entry, error)
      }
      await host.slow(async (connection) => {
        const domain = await findMachine(connection, entry.uuid)
        if (domain !== null && !(await domain.isActive())) await undefineMachine(domain, keepOwnState)
      })
      await this.#files.write({ ...entry, state: 'in' })
      throw toStrataError(error, say('trash.couldNotPutBack', { name: entry.name }))
    }
    await this.#files.remove(entry.id)
    await host.inventory.reloadMachine(entry.uuid)
  }

  #startPurge(entry: TrashEntry, unseen: Purge['unseen']): JobRef {
    this.#requireFree(entry)
    this.#inHand.add(entry.id)
    return this.parts.jobs.start(purgeJob(entry), (job) => this.#thenFree(entry, () => this.#purge(entry, unseen, job)))
  }

  async #purge(entry: TrashEntry, unseen: Purge['unseen'], job: JobControl): Promise<void> {
    const begin = () => this.#files.write({ ...entry, state: 'purging' })
    const host = this.parts.hosts.get(entry.hostId)
    for (let triesLeft = triesAfterLoss; ; triesLeft -= 1) {
      try {
        await purgeMachine(this.parts, { entry, unseen, begin }, job)
        break
      } catch (error) {
        if (error instanceof DefinedAgain) await this.#files.remove(entry.id)
        // What is gone already is no fault the second time.
        const isBack =
          triesLeft > 0 && isLostAnswer(error) && (await lookWhenBack(host, () => Promise.resolve())) !== null
        if (!isBack) throw error
      }
    }
    await this.#files.remove(entry.id)
  }

  /** Finishes or takes back what was cut short, as soon as the host answers, and each time that it answers again. */
  #finishWhenConnected(): void {
    const { hosts, log, closing } = this.parts
    hosts.forEach((host, ended) => {
      const finish = () => {
        if (host.status.state !== 'connected') return
        this.#finishAll(host).catch((error: unknown) => {
          if (!ended.aborted) log.warn({ err: error, host: host.id }, 'what was cut short could not be finished')
        })
      }
      let before = host.status.state
      const stop = host.inventory.changes.listen(({ kind }) => {
        if (kind !== 'host' || host.status.state === before) return
        before = host.status.state
        finish()
      })
      ended.addEventListener('abort', stop, { once: true })
      host.whenConnected(ended).then(finish, () => undefined)
    }, closing)
  }

  async #finishAll(host: Host): Promise<void> {
    for (const entry of await this.list())
      if (entry.hostId === host.id && entry.state !== 'in' && !this.#inHand.has(entry.id))
        this.#startFinishing(host, entry)
  }

  #startFinishing(host: Host, entry: TrashEntry): void {
    this.#inHand.add(entry.id)
    const wanted = {
      kind: 'finish-in-trash',
      title: titles[entry.state](entry.name),
      hostId: host.id,
      steps: [
        { id: 'check', label: say('trash.lookHowFarCame') },
        { id: 'files', label: say('trash.finishOrTakeBack') },
      ],
      cancellable: false,
    }
    this.parts.jobs.start(wanted, (job) => this.#thenFree(entry, () => this.#finish(host, entry, job)))
  }

  async #finish(host: Host, entry: TrashEntry, job: JobControl): Promise<void> {
    job.step('check')
    const isThere = await host.slow((connection) => isDefined(connection, entry.uuid))
    if (entry.state === 'returning') {
      job.step('files')
      if (!isThere)
        await requirePlaceAgain(
          () => requirePlace(host, this.parts.fileUsers, entry),
          () => this.#files.write({ ...entry, state: 'in' }),
        )
      return this.#return(host, entry)
    }
    if (entry.state === 'arriving' && isThere) {
      await takeVariablesBack(host, entry, this.#variablesFolder(host))
      return this.#files.remove(entry.id)
    }
    if (entry.state === 'arriving') return this.#keep(entry)
    // Nothing of it was deleted while the machine is still defined: it was cut short before.
    if (entry.state === 'deleting' && isThere) return this.#files.remove(entry.id)
    return this.#purge(entry, 'refuse', job)
  }

  #isThere({ hostId }: TrashEntry): boolean {
    return this.parts.hosts.all().some((host) => host.id === hostId && host.status.state === 'connected')
  }

  async #alone(entry: TrashEntry, work: () => Promise<void>): Promise<void> {
    this.#requireFree(entry)
    await this.#holding(entry, work)
  }

  async #holding(entry: TrashEntry, work: () => Promise<void>): Promise<void> {
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
    if (this.#inHand.has(entry.id) || (entry.state !== 'in' && entry.state !== 'purging' && entry.state !== 'deleting'))
      throw new StrataError('busy', say('trash.beingPutBackOr', { name: entry.name }))
  }

  #sweepHourly(): void {
    const { hosts, log, closing } = this.parts
    const sweep = () => {
      this.sweep(Date.now()).catch((error: unknown) => {
        log.warn({ err: error }, 'the trash could not be looked through')
      })
    }
    hosts.forEach((host, ended) => {
      host.whenConnected(ended).then(sweep, () => undefined) // gone before it was ever there
    }, closing)
    this.#timer = setInterval(sweep, sweepIntervalMs)
    this.#timer.unref()
  }

  async #require(id: string): Promise<TrashEntry> {
    const entry = (await this.list()).find((each) => each.id === id)
    if (entry === undefined) throw new StrataError('not-found', say('trash.machineNotTrashAny'), { field: 'id' })
    return entry
  }
}

const titles: Readonly<Record<EntryState, (name: string) => Said>> = {
  arriving: (name) => say('trash.finishMovingTrash', { name }),
  in: (name) => say('trash.lookAt', { name }),
  returning: (name) => say('trash.finishPuttingBack', { name }),
  deleting: (name) => say('trash.finishDeleting', { name }),
  purging: (name) => say('trash.finishRemovingForGood', { name }),
}

/**
 * Somebody may have started it between its end and its last call: then it runs on without a definition, on disks that are
 * to lie in the trash or to go. That it is forced off was agreed to. Not at a later start: by then it may be somebody's own.
 */
async function endWithoutDefinition(connection: Connection, uuid: string): Promise<void> {
  const domain = await findMachine(connection, uuid)
  if (domain !== null && !(await domain.isPersistent())) await domain.destroy()
}

function notKnownYet({ name }: TrashEntry, cause: unknown): StrataError {
  return new StrataError('connection-lost', say('trash.libvirtDidNotAnswer', { name }), { cause })
}

async function requirePlaceAgain(require: () => Promise<void>, stay: () => Promise<void>): Promise<void> {
  try {
    await require()
  } catch (error) {
    if (!isLostAnswer(error)) await stay()
    throw error
  }
}

/** The steps of a purge, for a job that has its own. */
const quiet = (job: JobControl): JobControl => ({ ...job, step: () => undefined })
