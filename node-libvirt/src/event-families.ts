import type { Connection } from './connection.ts'
import type { EventTable } from './protocol/events.generated.ts'
import type { EventStream } from './rpc/event-queue.ts'
import type { EventFamily, EventRegistry } from './rpc/event-registry.ts'

export interface EventOptions {
  /** Ends the iteration. */
  signal?: AbortSignal | undefined
}

/** How the daemon is asked for each family of events, always for all objects of the family. */
export function eventFamilies(connection: Connection) {
  const call = connection.call.bind(connection)
  return {
    domain: {
      register: async (eventID) =>
        (await call('connectDomainEventCallbackRegisterAny', { eventID, dom: null })).callbackID,
      deregister: (callbackID) => call('connectDomainEventCallbackDeregisterAny', { callbackID }),
    },
    network: {
      register: async (eventID) => (await call('connectNetworkEventRegisterAny', { eventID, net: null })).callbackID,
      deregister: (callbackID) => call('connectNetworkEventDeregisterAny', { callbackID }),
    },
    storagePool: {
      register: async (eventID) =>
        (await call('connectStoragePoolEventRegisterAny', { eventID, pool: null })).callbackID,
      deregister: (callbackID) => call('connectStoragePoolEventDeregisterAny', { callbackID }),
    },
    nodeDevice: {
      register: async (eventID) => (await call('connectNodeDeviceEventRegisterAny', { eventID, dev: null })).callbackID,
      deregister: (callbackID) => call('connectNodeDeviceEventDeregisterAny', { callbackID }),
    },
    secret: {
      register: async (eventID) => (await call('connectSecretEventRegisterAny', { eventID, secret: null })).callbackID,
      deregister: (callbackID) => call('connectSecretEventDeregisterAny', { callbackID }),
    },
    /** All events of all domains: listeners that want fewer filter here, so that they can share one registration. */
    monitor: {
      register: async () =>
        (await call('connectDomainMonitorEventRegister', { dom: null, event: null, flags: 0 })).callbackID,
      deregister: (callbackID) => call('connectDomainMonitorEventDeregister', { callbackID }),
    },
    /** The daemon has one of them a connection, without a number. */
    close: {
      register: async () => {
        await call('connectRegisterCloseCallback', {})
        return 0
      },
      deregister: () => call('connectUnregisterCloseCallback', {}),
    },
  } satisfies Record<string, EventFamily>
}

/** What makes an event of a message, for every kind of a family. */
export type Translators<Messages, Events extends Record<keyof Messages, object>> = {
  readonly [K in keyof Messages]: (connection: Connection, message: Messages[K]) => Events[K]
}

/** A family's codecs and translators together, so that listening needs only the kind. */
export function familyListener<Messages, Events extends Record<keyof Messages, object>>(
  connection: Connection,
  registry: EventRegistry,
  family: EventFamily,
  table: EventTable<Messages>,
  translators: Translators<Messages, Events>,
): <K extends keyof Messages>(kind: K, options: EventOptions) => EventStream<Events[K]> {
  return (kind, { signal }) =>
    registry.listen(family, table[kind], (message) => translators[kind](connection, message), signal)
}
