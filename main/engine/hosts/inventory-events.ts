import { LibvirtError, type Connection, type Domain } from 'node-libvirt'
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

interface Registration {
  readonly ready: Promise<void>
  readonly ended: Promise<void>
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
 * are left out: old daemons lack some, and what they would have told is then seen at the next change of state.
 */
export async function followEvents(
  connection: Connection,
  handlers: InventoryEventHandlers,
  log: Logger,
): Promise<void> {
  const follow = <Event>(
    events: AsyncIterable<Event> & { ready: Promise<void> },
    handle: (event: Event) => void,
  ): Registration => ({
    ready: events.ready,
    ended: drain(events, handle, handlers),
  })
  const byDomain = (run: (uuid: string) => void) => (event: { readonly domain: Domain }) => {
    run(event.domain.uuid)
  }
  const definitionChanged = byDomain((uuid) => {
    handlers.machine(uuid, ['definition'])
  })
  const registrations: Registration[] = [
    follow(connection.domainEvents('lifecycle'), ({ domain, event, detail }) => {
      handlers.machine(domain.uuid, aspectsOfLifecycle[event] ?? everything)
      if (fromSnapshotDetail[event] === detail) handlers.snapshots(domain.uuid)
    }),
    follow(
      connection.domainEvents('reboot'),
      byDomain((uuid) => {
        handlers.restarted(uuid)
      }),
    ),
    follow(connection.domainEvents('balloon-change'), ({ domain, actualKiB }) => {
      handlers.memory(domain.uuid, Number(actualKiB))
    }),
    follow(connection.domainEvents('agent-lifecycle'), definitionChanged),
    follow(connection.domainEvents('device-added'), definitionChanged),
    follow(connection.domainEvents('device-removed'), definitionChanged),
    follow(connection.domainEvents('metadata-change'), definitionChanged),
    follow(connection.domainEvents('tray-change'), definitionChanged),
    follow(connection.domainEvents('disk-change'), definitionChanged),
    follow(connection.domainEvents('block-job'), definitionChanged),
    follow(connection.networkEvents('lifecycle'), ({ network }) => {
      handlers.network(network.uuid)
    }),
    follow(connection.storagePoolEvents('lifecycle'), ({ pool }) => {
      handlers.pool(pool.uuid, ['volumes'])
    }),
    follow(connection.storagePoolEvents('refresh'), ({ pool }) => {
      handlers.pool(pool.uuid, ['volumes'])
    }),
  ]
  await Promise.all(registrations.map(({ ready }) => ready.catch(unlessUnknown(log))))
}

function unlessUnknown(log: Logger): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof LibvirtError)) throw error
    log.debug({ err: error }, 'this daemon does not send every kind of event')
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
