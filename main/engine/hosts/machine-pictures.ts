import type { Machine } from '@strata/contract/machines.ts'
import type { Connection, Domain } from 'node-libvirt'
import type { Logger } from 'pino'

import { furtherSetup } from '../definitions/further-setup.ts'
import { inParallel } from './in-parallel.ts'
import { unreadableDefinition, type AgentState, type DefinitionReading } from './machine-definition.ts'
import { orNullWhenGone } from './or-null-when-gone.ts'
import {
  readDefinitionOf,
  readDefinitions,
  readFleet,
  readMarks,
  readState,
  type FleetRow,
  type MarksPicture,
} from './read-machines.ts'
import { RefreshQueue } from './refresh-queue.ts'
import type { StatePicture } from './machine-state.ts'

/** What of a machine is to be read again. */
export type MachineAspect = 'state' | 'marks' | 'definition'
export const everyAspect: readonly MachineAspect[] = ['state', 'marks', 'definition']

/** From here on reading the whole fleet's states at once is cheaper than asking one by one. */
const manyMachines = 48
const atOnce = 32

export interface MachinePicturesOptions {
  readonly hostId: string
  readonly log: Logger
  readonly connection: () => Connection
  readonly onChange: (uuid: string) => void
}

interface Reading {
  readonly state?: StatePicture
  readonly marks?: MarksPicture
  readonly definition?: DefinitionReading
}

/** The machines of one host, and how they are read again. */
export class MachinePictures {
  readonly queue: RefreshQueue<MachineAspect>
  readonly #options: MachinePicturesOptions
  #machines = new Map<string, Machine>()
  readonly #agents = new Map<string, AgentState>()

  constructor(options: MachinePicturesOptions) {
    this.#options = options
    this.queue = new RefreshQueue((batch) => this.#readAgain(batch))
  }

  all(): readonly Machine[] {
    return [...this.#machines.values()]
  }

  get(uuid: string): Machine | null {
    return this.#machines.get(uuid) ?? null
  }

  agent(uuid: string): AgentState {
    return this.#agents.get(uuid) ?? 'no-channel'
  }

  /** Reads everything; what is not there any more is dropped. Tells nobody: the picture is a new one. */
  async load(connection: Connection): Promise<void> {
    const rows = await readFleet(connection)
    const definitions = await readDefinitions(
      rows.map(({ domain }) => domain),
      this.#options.log,
    )
    const machines = new Map<string, Machine>()
    for (const [index, row] of rows.entries()) {
      const definition = definitions[index]
      const { uuid } = row.domain
      if (definition) machines.set(uuid, this.#merge(uuid, row.domain.name, { state: row, marks: row, definition }))
    }
    this.#machines = machines
  }

  /** For what is known without asking; only of machines that are there. */
  note(uuid: string, changes: (machine: Machine) => Partial<Machine>): void {
    const machine = this.#machines.get(uuid)
    if (machine !== undefined) this.#set({ ...machine, ...changes(machine) })
  }

  async #readAgain(batch: ReadonlyMap<string, ReadonlySet<MachineAspect>>): Promise<void> {
    const connection = this.#options.connection()
    if (batch.size >= manyMachines) await this.#readManyAgain(connection, batch)
    else await inParallel([...batch], atOnce, ([uuid, aspects]) => this.#readOneAgain(connection, uuid, aspects))
  }

  async #readOneAgain(connection: Connection, uuid: string, aspects: ReadonlySet<MachineAspect>): Promise<void> {
    const wanted = this.#machines.has(uuid) ? aspects : new Set(everyAspect)
    const domain = await orNullWhenGone(connection.domainLookupByUUID(uuid))
    const reading = domain === null ? null : await orNullWhenGone(this.#read(domain, wanted))
    if (domain === null || reading === null) this.#drop(uuid)
    else this.#set(this.#merge(uuid, domain.name, reading))
  }

  async #read(domain: Domain, aspects: ReadonlySet<MachineAspect>): Promise<Reading | null> {
    const [state, marks, definition] = await Promise.all([
      aspects.has('state') ? readState(domain) : undefined,
      aspects.has('marks') ? readMarks(domain) : undefined,
      aspects.has('definition') ? readDefinitionOf(domain, this.#options.log) : undefined,
    ])
    if (definition === null) return null
    return { ...(state && { state }), ...(marks && { marks }), ...(definition && { definition }) }
  }

  async #readManyAgain(connection: Connection, batch: ReadonlyMap<string, ReadonlySet<MachineAspect>>): Promise<void> {
    const rows = new Map((await readFleet(connection)).map((row) => [row.domain.uuid, row]))
    const present = [...batch].flatMap(([uuid, aspects]) => {
      const row = rows.get(uuid)
      return row === undefined ? [] : [{ uuid, row, aspects }]
    })
    for (const uuid of batch.keys()) if (!rows.has(uuid)) this.#drop(uuid)
    await inParallel(present, atOnce, ({ uuid, row, aspects }) => this.#applyRow(uuid, row, aspects))
  }

  async #applyRow(uuid: string, row: FleetRow, aspects: ReadonlySet<MachineAspect>): Promise<void> {
    const needsDefinition = aspects.has('definition') || !this.#machines.has(uuid)
    const definition = needsDefinition ? await readDefinitionOf(row.domain, this.#options.log) : undefined
    if (definition === null) this.#drop(uuid)
    else this.#set(this.#merge(uuid, row.domain.name, { state: row, marks: row, ...(definition && { definition }) }))
  }

  #set(machine: Machine): void {
    this.#machines.set(machine.uuid, machine)
    this.#options.onChange(machine.uuid)
  }

  #drop(uuid: string): void {
    this.#agents.delete(uuid)
    if (this.#machines.delete(uuid)) this.#options.onChange(uuid)
  }

  /** What was read, over what was known. */
  #merge(uuid: string, name: string, { state, marks, definition }: Reading): Machine {
    const known = this.#machines.get(uuid) ?? newMachine(this.#options.hostId, uuid, name)
    const isChanged = state !== undefined && state.state !== known.state
    const isNew = !this.#machines.has(uuid)
    if (definition) this.#agents.set(uuid, definition.agent)
    return {
      ...known,
      ...(definition && {
        ...definition.picture,
        name: definition.picture.name || name,
        setup: furtherSetup(known.setup, definition.picture.setup),
        definitionRevision: known.definitionRevision + 1,
      }),
      ...(marks && { persistent: marks.persistent, autostart: marks.autostart, hasSavedState: marks.hasSavedState }),
      ...(state && { state: state.state, stateReason: state.stateReason }),
      ...(isChanged && !isNew && { stateSinceMs: Date.now() }),
      ...(isChanged && state.state !== 'shutting-down' && { shutdownAskedAtMs: null }),
      ...(isChanged && state.state !== 'running' && { addresses: [] }),
    }
  }
}

function newMachine(hostId: string, uuid: string, name: string): Machine {
  return {
    hostId,
    uuid,
    ...unreadableDefinition(name).picture,
    state: 'unknown',
    stateReason: null,
    stateSinceMs: null,
    persistent: true,
    hasSavedState: false,
    autostart: false,
    addresses: [],
    shutdownAskedAtMs: null,
    definitionRevision: 0,
    snapshotsRevision: 0,
  }
}
