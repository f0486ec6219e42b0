import { LibvirtError, type Connection, type Domain, type StoragePool } from 'node-libvirt'
import type { Logger } from 'pino'

import type { MachineAspect } from './machine-pictures.ts'
import type { PoolAspect } from './pool-pictures.ts'

/** What is to be done about an event. */
export interface InventoryEventHandlers {
  machine(uuid: string, aspects: readonly MachineAspect[]): void
  snapshots(uuid: string): void
  restarted(uuid: string): void
  memory(uuid: string, memoryKiB: number): void
  network(uuid: string): void
  pool(uuid: string, aspects: readonly PoolAspect[]): void
  /** Events were missed: everything is to be read again. */
  missed(error: unknown): void
}

/** One kind of event, and whether the picture can be kept without it. */
interface Registration {
  readonly ready: Promise<void>
  readonly isVital: boolean
}

/** Detail numbers of lifecycle events that say that a restore point was gone back to (virDomainEvent…DetailType). */
const fromSnapshotDetail: Readonly<Record<string, number | undefined>> = {
  defined: 3,
  started: 3,
  suspended: 5,
  resumed: 2,
  stopped: 5,
}

/** What a change of state can touch besides the state. */
const aspectsOfLifecycle: Readonly<Record<string, readonly MachineAspect[] | undefined>> = {
  suspended: ['state'],
  resumed: ['state'],
  pmsuspended: ['state'],
  crashed: ['state'],
  shutdown: ['state'],
}
const everything: readonly MachineAspect[] = ['state', 'marks', 'definition']

/**
 * Registers all events that the picture is kept by; resolves when the daemon sends them. Kinds that it does not know
 * are left out. False: it lacks even those that tell what comes, goes and changes its state, and has to be asked.
 */
export async function followEvents(
  connection: Connection,
  handlers: InventoryEventHandlers,
  log: Logger,
): Promise<boolean> {
  const registrations = [...machineEvents(connection, handlers), ...resourceEvents(connection, handlers)]
  const known = await Promise.all(registrations.map(({ ready }) => isKnown(ready, log)))
  return registrations.every(({ isVital }, index) => !isVital || known[index] === true)
}

function machineEvents(connection: Connection, handlers: InventoryEventHandlers): Registration[] {
  const definitionChanged = ({ domain }: { readonly domain: Domain }) => {
    handlers.machine(domain.uuid, ['definition'])
  }
  const definitionEvents = [
    'agent-lifecycle',
    'device-added',
    'device-removed',
    'metadata-change',
    'tray-change',
  ] as const
  return [
    follow(handlers, 'vital', connection.domainEvents('lifecycle'), ({ domain, event, detail }) => {
      handlers.machine(domain.uuid, aspectsOfLifecycle[event] ?? everything)
      if (fromSnapshotDetail[event] === detail) handlers.snapshots(domain.uuid)
    }),
    follow(handlers, 'useful', connection.domainEvents('reboot'), ({ domain }) => {
      handlers.restarted(domain.uuid)
    }),
    follow(handlers, 'useful', connection.domainEvents('balloon-change'), ({ domain, actualKiB }) => {
      handlers.memory(domain.uuid, Number(actualKiB))
    }),
    ...definitionEvents.map((kind) => follow(handlers, 'useful', connection.domainEvents(kind), definitionChanged)),
    follow(handlers, 'useful', connection.domainEvents('disk-change'), definitionChanged),
    follow(handlers, 'useful', connection.domainEvents('block-job'), definitionChanged),
  ]
}

function resourceEvents(connection: Connection, handlers: InventoryEventHandlers): Registration[] {
  const poolChanged = ({ pool }: { readonly pool: StoragePool }) => {
    handlers.pool(pool.uuid, ['volumes'])
  }
  return [
    follow(handlers, 'vital', connection.networkEvents('lifecycle'), ({ network }) => {
      handlers.network(network.uuid)
    }),
    follow(handlers, 'vital', connection.storagePoolEvents('lifecycle'), poolChanged),
    follow(handlers, 'useful', connection.storagePoolEvents('refresh'), poolChanged),
  ]
}

function follow<Event>(
  handlers: InventoryEventHandlers,
  worth: 'vital' | 'useful',
  events: AsyncIterable<Event> & { readonly ready: Promise<void> },
  handle: (event: Event) => void,
): Registration {
  void drain(events, handle, handlers)
  return { ready: events.ready, isVital: worth === 'vital' }
}

async function isKnown(ready: Promise<void>, log: Logger): Promise<boolean> {
  try {
    await ready
    return true
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error
    log.debug({ err: error }, 'this daemon does not send every kind of event')
    return false
  }
}

/** Ends with the connection, whose end is noticed elsewhere. */
async function drain<Event>(
  events: AsyncIterable<Event>,
  handle: (event: Event) => void,
  handlers: Pick<InventoryEventHandlers, 'missed'>,
): Promise<void> {
  try {
    for await (const event of events) handle(event)
  } catch (error) {
    if (!(error instanceof LibvirtError)) handlers.missed(error)
  }
}
