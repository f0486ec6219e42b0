import type { Args, ProcedureName, Ret } from './connection-calls.ts'
import { ConnectionDevices } from './connection-devices.ts'
import {
  readDomainStats,
  statsBits,
  type DomainStats,
  type DomainStatsOptions,
  type DomainStatsGroup,
} from './domain-stats.ts'
import { Domain } from './domain.ts'
import { translateDomainEvent, type DomainEvent, type DomainEventKind } from './domain-events.ts'
import type { ConnectionError } from './errors.ts'
import {
  closeCodec,
  monitorCodec,
  monitorEvent,
  type CloseReason,
  type MonitorEvent,
  type MonitorEventOptions,
} from './monitor-events.ts'
import { eventFamilies, familyListener, type EventOptions } from './event-families.ts'
import { nameOf } from './flags.ts'
import { KnownProcedures, OLDEST_NEWEST } from './known-procedures.ts'
import {
  networkEventTranslators,
  nodeDeviceEventTranslators,
  secretEventTranslators,
  storagePoolEventTranslators,
  type NetworkEvents,
  type NodeDeviceEvents,
  type SecretEvents,
  type StoragePoolEvents,
} from './object-events.ts'
import { connectCloseReason } from './protocol/enums.generated.ts'
import {
  domainEventTable,
  networkEventTable,
  nodeDeviceEventTable,
  secretEventTable,
  storagePoolEventTable,
  type DomainEventMessages,
} from './protocol/events.generated.ts'
import { procedures } from './protocol/procedures.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import type { EventStream } from './rpc/event-queue.ts'
import { EventRegistry } from './rpc/event-registry.ts'
import type { RpcSession } from './rpc/session.ts'
import { LibvirtStream, type StreamOptions } from './stream.ts'

export type { Args, ProcedureName, Ret } from './connection-calls.ts'

export interface DomainEventOptions extends EventOptions {
  /** Only events of this domain. */
  domain?: Domain | undefined
}

/** How long the daemon gets to answer our good-bye. */
const CLOSE_PATIENCE_MS = 1_000

/**
 * An open connection. Many calls may be in flight; the daemon works on five of a connection at a time and reads no
 * further until one is done, so slow calls belong on a connection of their own.
 */
export class Connection extends ConnectionDevices {
  readonly uri: string
  readonly #session: RpcSession
  readonly #registry: EventRegistry
  readonly #known: KnownProcedures
  readonly #families = eventFamilies(this)
  readonly #networkEvents
  readonly #storagePoolEvents
  readonly #nodeDeviceEvents
  readonly #secretEvents

  /** Use `openConnection`. */
  constructor(uri: string, session: RpcSession) {
    super()
    this.uri = uri
    this.#session = session
    this.#known = new KnownProcedures(session)
    const registry = new EventRegistry(session)
    const { network, storagePool, nodeDevice, secret } = this.#families
    this.#registry = registry
    this.#networkEvents = familyListener(this, registry, network, networkEventTable, networkEventTranslators)
    this.#storagePoolEvents = familyListener(
      this,
      registry,
      storagePool,
      storagePoolEventTable,
      storagePoolEventTranslators,
    )
    this.#nodeDeviceEvents = familyListener(
      this,
      registry,
      nodeDevice,
      nodeDeviceEventTable,
      nodeDeviceEventTranslators,
    )
    this.#secretEvents = familyListener(this, registry, secret, secretEventTable, secretEventTranslators)
  }

  /** Settles when the connection is gone: with the reason, or with null when `close` was called. Never rejects. */
  get closed(): Promise<ConnectionError | null> {
    return this.#session.closed
  }

  get isOpen(): boolean {
    return this.#session.isOpen
  }

  /**
   * Calls any procedure of the protocol, with libvirt's names for the fields. 64-bit fields are bigint in answers.
   * @throws LibvirtError when the daemon says no, ConnectionError when it goes away before it answers, TypeError when
   *   an argument does not fit its type
   */
  call<P extends ProcedureName>(procedure: P, args: Args<P>, options?: CallOptions): Promise<Ret<P>> {
    const called = this.#session.call(procedures[procedure], args, options)
    if (procedures[procedure].number <= OLDEST_NEWEST) return called
    return called.catch(async (error: unknown) => {
      throw await this.#known.explain(procedure, error)
    })
  }

  /**
   * Whether the daemon knows a procedure, so that what it is too old for need not be tried: such a call fails with a
   * LibvirtError of code `no-support`. What the driver behind the daemon can do is another question.
   * @throws ConnectionError when the daemon goes away before it answers
   */
  supports(procedure: ProcedureName): Promise<boolean> {
    return this.#known.supports(procedure)
  }

  /** Calls a procedure that opens a stream. `opened` gives the call's answer; its failure also destroys the stream. */
  openStream<P extends ProcedureName>(
    procedure: P,
    args: Args<P>,
    options: StreamOptions,
  ): { stream: LibvirtStream; opened: Promise<Ret<P>> } {
    return LibvirtStream.open(this.#session, procedures[procedure], args, options)
  }

  /** Says good-bye and closes. Whatever is in flight is rejected. */
  async close(): Promise<void> {
    if (this.#session.isOpen) {
      // A daemon that is gone or hangs has nothing to say that would matter now.
      await this.call('connectClose', {}, { timeoutMs: CLOSE_PATIENCE_MS }).catch(() => undefined)
    }
    this.#session.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /**
   * Statistics of all domains, or of those given, in one call. Integers are numbers where that is exact, and bigint only
   * beyond 2^53. No groups asks for all that the hypervisor has. @see virConnectGetAllDomainStats (344)
   */
  async getAllDomainStats(
    groups: readonly DomainStatsGroup[],
    options: DomainStatsOptions = {},
  ): Promise<DomainStats[]> {
    const { domains = [], flags } = options
    const args = { doms: domains.map((domain) => domain.ref), ...statsBits(groups, flags) }
    const read = readDomainStats((ref) => new Domain(this, ref))
    return this.#session.callReading(procedures.connectGetAllDomainStats, args, read, options)
  }

  /**
   * Events of domains as they come; see EventStream for how it ends. Await `ready`, then list, and nothing is missed.
   * @see virConnectDomainEventRegisterAny (316)
   */
  domainEvents<K extends DomainEventKind>(kind: K, options: DomainEventOptions = {}): EventStream<DomainEvent<K>> {
    const wantedUuid = options.domain?.uuid
    const translate = (message: DomainEventMessages[K]) => translateDomainEvent(this, kind, message, wantedUuid)
    return this.#registry.listen(this.#families.domain, domainEventTable[kind], translate, options.signal)
  }

  /** @see virConnectNetworkEventRegisterAny (313) */
  networkEvents<K extends keyof NetworkEvents>(kind: K, options: EventOptions = {}): EventStream<NetworkEvents[K]> {
    return this.#networkEvents(kind, options)
  }

  /** @see virConnectStoragePoolEventRegisterAny (368) */
  storagePoolEvents<K extends keyof StoragePoolEvents>(
    kind: K,
    options: EventOptions = {},
  ): EventStream<StoragePoolEvents[K]> {
    return this.#storagePoolEvents(kind, options)
  }

  /** @see virConnectNodeDeviceEventRegisterAny (374) */
  nodeDeviceEvents<K extends keyof NodeDeviceEvents>(
    kind: K,
    options: EventOptions = {},
  ): EventStream<NodeDeviceEvents[K]> {
    return this.#nodeDeviceEvents(kind, options)
  }

  /** @see virConnectSecretEventRegisterAny (380) */
  secretEvents<K extends keyof SecretEvents>(kind: K, options: EventOptions = {}): EventStream<SecretEvents[K]> {
    return this.#secretEvents(kind, options)
  }

  /**
   * Events of QEMU's own monitor, which libvirt passes on as they are. Not supported: libvirt does not know what they mean.
   * @see virConnectDomainQemuMonitorEventRegister (qemu procedure 4)
   */
  domainQemuMonitorEvents(options: MonitorEventOptions = {}): EventStream<MonitorEvent> {
    const wantedUuid = options.domain?.uuid
    return this.#registry.listen(
      this.#families.monitor,
      monitorCodec,
      (message) => {
        if (wantedUuid !== undefined && message.dom.uuid !== wantedUuid) return null
        if (options.event !== undefined && message.event !== options.event) return null
        return monitorEvent(this, message)
      },
      options.signal,
    )
  }

  /**
   * Tells when the daemon's driver loses its hypervisor, by the reason. The end of our own connection is `closed`.
   * @see virConnectRegisterCloseCallback (360)
   */
  closeEvents(options: EventOptions = {}): EventStream<{ readonly reason: CloseReason }> {
    const translate = (message: { reason: number }) => ({ reason: nameOf(connectCloseReason, message.reason) })
    return this.#registry.listen(this.#families.close, closeCodec, translate, options.signal)
  }
}
