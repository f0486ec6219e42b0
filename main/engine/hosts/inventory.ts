import type { MachineSetup } from '@strata/contract/machine-setup.ts'
import type { Machine } from '@strata/contract/machines.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'
import { EventOverflowError, type Connection, type Domain } from 'node-libvirt'
import type { Logger } from 'pino'

import { EventChannel } from '../event-channel.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { followEvents, type InventoryEventHandlers } from './inventory-events.ts'
import type { AgentState } from './machine-definition.ts'
import { everyAspect, MachinePictures } from './machine-pictures.ts'
import { NetworkPictures } from './network-pictures.ts'
import { PoolPictures } from './pool-pictures.ts'

/** Old and foreign drivers send no events; what they do is seen with this delay. */
const reconcileEveryMs = 15_000

/** Which thing of the picture is new, different or gone. 'host': its status or facts. 'all': everything was loaded anew. */
export type InventoryChange =
  { readonly kind: 'machine' | 'network' | 'pool'; readonly uuid: string } | { readonly kind: 'host' | 'all' }

export interface InventoryOptions {
  readonly hostId: string
  readonly log: Logger
  /** The state connection; throws 'host-unreachable'. */
  readonly connection: () => Connection
}

/** The picture of one host, kept by events. It outlives connections: while the host is away it is what was last seen. */
export class Inventory {
  readonly changes = new EventChannel<InventoryChange>()
  /** The uuid of a machine whose guest has just started again, by itself or by a reset. */
  readonly restarts = new EventChannel<string>()
  readonly #options: InventoryOptions
  readonly #machines: MachinePictures
  readonly #networks: NetworkPictures
  readonly #pools: PoolPictures

  constructor(options: InventoryOptions) {
    this.#options = options
    const telling = (kind: 'machine' | 'network' | 'pool') => (uuid: string) => {
      this.changes.emit({ kind, uuid })
    }
    this.#machines = new MachinePictures({ ...options, onChange: telling('machine') })
    this.#networks = new NetworkPictures({ ...options, onChange: telling('network') })
    this.#pools = new PoolPictures({ ...options, onChange: telling('pool') })
  }

  machines(): readonly Machine[] {
    return this.#machines.all()
  }

  machine(uuid: string): Machine | null {
    return this.#machines.get(uuid)
  }

  agent(uuid: string): AgentState {
    return this.#machines.agent(uuid)
  }

  /** @throws StrataError 'not-found' */
  requireMachine(uuid: string): Machine {
    const machine = this.machine(uuid)
    if (machine === null) throw new StrataError('not-found', say('hosts.machineNotThereAny'), { field: 'uuid' })
    return machine
  }

  networks(): readonly Network[] {
    return this.#networks.all()
  }

  network(uuid: string): Network | null {
    return this.#networks.get(uuid)
  }

  pools(): readonly Pool[] {
    return this.#pools.all()
  }

  pool(uuid: string): Pool | null {
    return this.#pools.get(uuid)
  }

  /** @throws StrataError 'not-found' */
  requirePool(uuid: string): Pool {
    const pool = this.pool(uuid)
    if (pool === null) throw new StrataError('not-found', say('hosts.storagePoolNotThere'), { field: 'poolUuid' })
    return pool
  }

  /** The handle on the state connection. @throws StrataError 'not-found' */
  async domain(uuid: string): Promise<Domain> {
    try {
      return await this.#options.connection().domainLookupByUUID(uuid)
    } catch (error) {
      const name = this.machine(uuid)?.name
      throw toStrataError(
        error,
        name === undefined ? say('hosts.machineNotThereAny') : say('hosts.notThereAnyMore', { name }),
      )
    }
  }

  /** Reads state and definition again, for what no event tells; resolves when the picture has them. */
  reloadMachine(uuid: string): Promise<void> {
    return this.#machines.queue.request(uuid, everyAspect)
  }

  /** Reads sizes and state again, and counts up its volumes' revision. */
  reloadPool(uuid: string): Promise<void> {
    return this.#pools.queue.request(uuid, ['volumes'])
  }

  reloadNetwork(uuid: string): Promise<void> {
    return this.#networks.queue.request(uuid, ['all'])
  }

  /** No event tells of restore points; whoever changes them says so. */
  noteSnapshotsChanged(uuid: string): void {
    this.#machines.note(uuid, (machine) => ({ snapshotsRevision: machine.snapshotsRevision + 1 }))
  }

  noteShutdownAsked(uuid: string): void {
    this.#machines.note(uuid, () => ({ shutdownAskedAtMs: Date.now() }))
  }

  noteAddresses(uuid: string, addresses: readonly string[]): void {
    const known = this.machine(uuid)?.addresses ?? []
    if (known.join() !== addresses.join()) this.#machines.note(uuid, () => ({ addresses: [...addresses] }))
  }

  /** How far the set-up inside is, as its guest tells; no definition says it. */
  noteSetup(uuid: string, setup: MachineSetup): void {
    this.#machines.note(uuid, () => ({ setup }))
  }

  /** Registers events on a fresh connection, and then loads everything: so nothing that happens between is missed. */
  async load(connection: Connection): Promise<void> {
    const queues = [this.#machines.queue, this.#networks.queue, this.#pools.queue]
    for (const queue of queues) queue.hold()
    const hasEvents = await followEvents(connection, this.#eventHandlers(connection), this.#options.log)
    if (!hasEvents) this.#reconcileSlowly(connection)
    await Promise.all([this.#machines.load(connection), this.#networks.load(connection), this.#pools.load(connection)])
  }

  /** The connection that was loaded from is in use now: the new picture is told, and what events said meanwhile is read. */
  resume(): void {
    this.changes.emit({ kind: 'all' })
    for (const queue of [this.#machines.queue, this.#networks.queue, this.#pools.queue]) queue.release()
  }

  /** For drivers without events: everything is read again now and then, for as long as this connection lives. */
  #reconcileSlowly(connection: Connection): void {
    const timer = setInterval(() => {
      Promise.all([this.#machines.load(connection), this.#networks.load(connection), this.#pools.load(connection)])
        .then(() => {
          this.changes.emit({ kind: 'all' })
        })
        .catch((error: unknown) => {
          this.#options.log.debug({ err: error }, 'the picture could not be read again')
        })
    }, reconcileEveryMs)
    void connection.closed.then(() => {
      clearInterval(timer)
    })
  }

  #eventHandlers(connection: Connection): InventoryEventHandlers {
    // What cannot be read because the connection is gone is loaded with the next one.
    const inBackground = (reading: Promise<void>) => {
      reading.catch((error: unknown) => {
        this.#options.log.debug({ err: error }, 'an event could not be followed')
      })
    }
    return {
      machine: (uuid, aspects) => {
        inBackground(this.#machines.queue.request(uuid, aspects))
      },
      snapshots: (uuid) => {
        this.noteSnapshotsChanged(uuid)
      },
      restarted: (uuid) => {
        this.#machines.note(uuid, () => ({ stateSinceMs: Date.now(), shutdownAskedAtMs: null }))
        this.restarts.emit(uuid)
      },
      memory: (uuid, memoryKiB) => {
        this.#machines.note(uuid, () => ({ memoryKiB }))
      },
      network: (uuid) => {
        inBackground(this.reloadNetwork(uuid))
      },
      pool: (uuid, aspects) => {
        inBackground(this.#pools.queue.request(uuid, aspects))
      },
      // Too many to keep: the host starts over with a new connection and a new picture.
      missed: (error) => {
        if (error instanceof EventOverflowError) void connection.close()
      },
    }
  }
}
