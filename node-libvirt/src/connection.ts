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
import { eventFamilies, familyListener, type EventOptions } from './event-families.ts'
import { flagBits, type Flags } from './flags.ts'
import { KnownProcedures, OLDEST_NEWEST } from './known-procedures.ts'
import { Network } from './network.ts'
import { NodeDevice } from './node-device.ts'
import { formatVersion, nodeInfo, nodeStats, type NodeInfo } from './node-info.ts'
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
import {
  connectListAllDomainsFlags,
  connectListAllNetworksFlags,
  connectListAllNodeDeviceFlags,
  connectListAllStoragePoolsFlags,
  domainCreateFlags,
  domainDefineFlags,
  storagePoolCreateFlags,
  storagePoolDefineFlags,
} from './protocol/enums.generated.ts'
import {
  domainEventTable,
  networkEventTable,
  nodeDeviceEventTable,
  secretEventTable,
  storagePoolEventTable,
  type DomainEventMessages,
} from './protocol/events.generated.ts'
import { procedures, type Procedures } from './protocol/procedures.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import type { EventStream } from './rpc/event-queue.ts'
import { EventRegistry } from './rpc/event-registry.ts'
import type { RpcSession } from './rpc/session.ts'
import { StoragePool } from './storage-pool.ts'
import { StorageVolume } from './storage-volume.ts'
import { LibvirtStream, type StreamOptions } from './stream.ts'

/** A procedure of libvirt's remote or QEMU program, such as 'domainGetInfo'. */
export type ProcedureName = keyof Procedures
export type Args<P extends ProcedureName> = Procedures[P]['args']
export type Ret<P extends ProcedureName> = Procedures[P]['ret']

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
export class Connection {
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

  /** @see virConnectGetURI (remote procedure 110) */
  async getUri(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetUri', {}, options)).uri
  }

  /** @see virConnectGetHostname (59) */
  async getHostname(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetHostname', {}, options)).hostname
  }

  /** The daemon's libvirt version as text, such as '9.0.0'. @see virConnectGetLibVersion (157) */
  async getLibVersion(options?: CallOptions): Promise<string> {
    return formatVersion((await this.call('connectGetLibVersion', {}, options)).lib_ver)
  }

  /** The hypervisor's version as text, such as '7.2.9'. @see virConnectGetVersion (4) */
  async getVersion(options?: CallOptions): Promise<string> {
    return formatVersion((await this.call('connectGetVersion', {}, options)).hv_ver)
  }

  /** The driver's name, such as 'QEMU'. @see virConnectGetType (3) */
  async getType(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetType', {}, options)).type
  }

  /** XML about the host and what it can run. @see virConnectGetCapabilities (7) */
  async getCapabilities(options?: CallOptions): Promise<string> {
    return (await this.call('connectGetCapabilities', {}, options)).capabilities
  }

  /** XML about what one emulator can do; what is left out, libvirt chooses. @see virConnectGetDomainCapabilities (342) */
  async getDomainCapabilities(
    of: { emulator?: string; arch?: string; machine?: string; virtType?: string } = {},
    options?: CallOptions,
  ): Promise<string> {
    const { emulator = null, arch = null, machine = null, virtType = null } = of
    const args = { emulatorbin: emulator, arch, machine, virttype: virtType, flags: 0 }
    return (await this.call('connectGetDomainCapabilities', args, options)).capabilities
  }

  /** @see virNodeGetInfo (6) */
  async nodeGetInfo(options?: CallOptions): Promise<NodeInfo> {
    return nodeInfo(await this.call('nodeGetInfo', {}, options))
  }

  /** Free memory of the host in bytes. @see virNodeGetFreeMemory (102) */
  async nodeGetFreeMemory(options?: CallOptions): Promise<number> {
    return Number((await this.call('nodeGetFreeMemory', {}, options)).freeMem)
  }

  /** Memory of the host in KiB by 'total', 'free', 'buffers', 'cached'. @see virNodeGetMemoryStats (228) */
  async nodeGetMemoryStats(options?: CallOptions): Promise<Record<string, number>> {
    const of = { cellNum: -1, flags: 0 }
    const { nparams } = await this.call('nodeGetMemoryStats', { ...of, nparams: 0 }, options)
    return nodeStats((await this.call('nodeGetMemoryStats', { ...of, nparams }, options)).params)
  }

  /** CPU time of the host in ns by 'kernel', 'user', 'idle', 'iowait', all CPUs together. @see virNodeGetCPUStats (227) */
  async nodeGetCPUStats(options?: CallOptions): Promise<Record<string, number>> {
    const of = { cpuNum: -1, flags: 0 }
    const { nparams } = await this.call('nodeGetCpuStats', { ...of, nparams: 0 }, options)
    return nodeStats((await this.call('nodeGetCpuStats', { ...of, nparams }, options)).params)
  }

  /** All domains, or those that fit the flags. @see virConnectListAllDomains (273) */
  async listAllDomains(flags?: Flags<typeof connectListAllDomainsFlags>, options?: CallOptions): Promise<Domain[]> {
    const args = { need_results: 1, flags: flagBits(connectListAllDomainsFlags, flags) }
    const { domains } = await this.call('connectListAllDomains', args, options)
    return domains.map((ref) => new Domain(this, ref))
  }

  /** @see virConnectListAllNetworks (283) */
  async listAllNetworks(flags?: Flags<typeof connectListAllNetworksFlags>, options?: CallOptions): Promise<Network[]> {
    const args = { need_results: 1, flags: flagBits(connectListAllNetworksFlags, flags) }
    const { nets } = await this.call('connectListAllNetworks', args, options)
    return nets.map((ref) => new Network(this, ref))
  }

  /** @see virConnectListAllStoragePools (281) */
  async listAllStoragePools(
    flags?: Flags<typeof connectListAllStoragePoolsFlags>,
    options?: CallOptions,
  ): Promise<StoragePool[]> {
    const args = { need_results: 1, flags: flagBits(connectListAllStoragePoolsFlags, flags) }
    const { pools } = await this.call('connectListAllStoragePools', args, options)
    return pools.map((ref) => new StoragePool(this, ref))
  }

  /** @see virConnectListAllNodeDevices (285) */
  async listAllNodeDevices(
    flags?: Flags<typeof connectListAllNodeDeviceFlags>,
    options?: CallOptions,
  ): Promise<NodeDevice[]> {
    const args = { need_results: 1, flags: flagBits(connectListAllNodeDeviceFlags, flags) }
    const { devices } = await this.call('connectListAllNodeDevices', args, options)
    return devices.map((ref) => new NodeDevice(this, ref))
  }

  /** @throws LibvirtError 'no-domain' @see virDomainLookupByUUID (24) */
  async domainLookupByUUID(uuid: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call('domainLookupByUuid', { uuid }, options)).dom)
  }

  /** @throws LibvirtError 'no-domain' @see virDomainLookupByName (23) */
  async domainLookupByName(name: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call('domainLookupByName', { name }, options)).dom)
  }

  /** Stores a definition; one with the UUID of a known domain replaces it. @see virDomainDefineXMLFlags (350) */
  async domainDefineXML(xml: string, flags?: Flags<typeof domainDefineFlags>, options?: CallOptions): Promise<Domain> {
    const args = { xml, flags: flagBits(domainDefineFlags, flags) }
    return new Domain(this, (await this.call('domainDefineXmlFlags', args, options)).dom)
  }

  /** Starts a domain that is gone once it stops. @see virDomainCreateXML (10) */
  async domainCreateXML(xml: string, flags?: Flags<typeof domainCreateFlags>, options?: CallOptions): Promise<Domain> {
    const args = { xml_desc: xml, flags: flagBits(domainCreateFlags, flags) }
    return new Domain(this, (await this.call('domainCreateXml', args, options)).dom)
  }

  /** @throws LibvirtError 'no-network' @see virNetworkLookupByUUID (47) */
  async networkLookupByUUID(uuid: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkLookupByUuid', { uuid }, options)).net)
  }

  /** @throws LibvirtError 'no-network' @see virNetworkLookupByName (46) */
  async networkLookupByName(name: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkLookupByName', { name }, options)).net)
  }

  /** @see virNetworkDefineXML (41) */
  async networkDefineXML(xml: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkDefineXml', { xml }, options)).net)
  }

  /** Starts a network that is gone once it stops. @see virNetworkCreateXML (40) */
  async networkCreateXML(xml: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkCreateXml', { xml }, options)).net)
  }

  /** @throws LibvirtError 'no-storage-pool' @see virStoragePoolLookupByUUID (85) */
  async storagePoolLookupByUUID(uuid: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call('storagePoolLookupByUuid', { uuid }, options)).pool)
  }

  /** @throws LibvirtError 'no-storage-pool' @see virStoragePoolLookupByName (84) */
  async storagePoolLookupByName(name: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call('storagePoolLookupByName', { name }, options)).pool)
  }

  /** @see virStoragePoolDefineXML (77) */
  async storagePoolDefineXML(
    xml: string,
    flags?: Flags<typeof storagePoolDefineFlags>,
    options?: CallOptions,
  ): Promise<StoragePool> {
    const args = { xml, flags: flagBits(storagePoolDefineFlags, flags) }
    return new StoragePool(this, (await this.call('storagePoolDefineXml', args, options)).pool)
  }

  /** Starts a pool that is forgotten once it stops; what it holds stays. @see virStoragePoolCreateXML (76) */
  async storagePoolCreateXML(
    xml: string,
    flags?: Flags<typeof storagePoolCreateFlags>,
    options?: CallOptions,
  ): Promise<StoragePool> {
    const args = { xml, flags: flagBits(storagePoolCreateFlags, flags) }
    return new StoragePool(this, (await this.call('storagePoolCreateXml', args, options)).pool)
  }

  /** @throws LibvirtError 'no-storage-vol' when no running pool has it @see virStorageVolLookupByPath (97) */
  async storageVolLookupByPath(path: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this, (await this.call('storageVolLookupByPath', { path }, options)).vol)
  }

  /** @throws LibvirtError 'no-storage-vol' when no running pool has it @see virStorageVolLookupByKey (96) */
  async storageVolLookupByKey(key: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this, (await this.call('storageVolLookupByKey', { key }, options)).vol)
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
}
