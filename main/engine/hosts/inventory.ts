import type { Machine } from '@strata/contract/machines.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { Pool } from '@strata/contract/storage.ts'
import type { Connection, Domain } from 'node-libvirt'
import type { Logger } from 'pino'

import { EventChannel } from '../event-channel.ts'
import { StrataError } from '../strata-error.ts'

/** Which thing of the picture is new, different or gone. 'host': its status or facts. 'all': everything was loaded anew. */
export type InventoryChange =
  | { readonly kind: 'machine' | 'network' | 'pool'; readonly uuid: string }
  | { readonly kind: 'host' | 'all' }

export interface InventoryOptions {
  readonly hostId: string
  readonly log: Logger
  /** The state connection; throws 'host-unreachable'. */
  readonly connection: () => Connection
}

/**
 * The picture of one host, kept by events. It outlives connections: while the host is away it is what was last seen.
 */
export declare class Inventory {
  readonly changes: EventChannel<InventoryChange>
  constructor(options: InventoryOptions)
  machines(): readonly Machine[]
  machine(uuid: string): Machine | null
  /** @throws StrataError 'not-found' */
  requireMachine(uuid: string): Machine
  networks(): readonly Network[]
  network(uuid: string): Network | null
  pools(): readonly Pool[]
  pool(uuid: string): Pool | null
  requirePool(uuid: string): Pool
  /** The handle on the state connection. @throws StrataError 'not-found' */
  domain(uuid: string): Promise<Domain>
  /** Reads state and definition again, for what no event tells; resolves when the picture has them. */
  reloadMachine(uuid: string): Promise<void>
  /** Reads sizes and state again, and counts up its volumes' revision. */
  reloadPool(uuid: string): Promise<void>
  reloadNetwork(uuid: string): Promise<void>
  noteSnapshotsChanged(uuid: string): void
  noteShutdownAsked(uuid: string): void
  /** Registers events and loads everything from a fresh connection. */
  load(connection: Connection): Promise<void>
  close(): void
}
