import type { Connection } from './connection.ts'
import { flagBits, type Flags } from './flags.ts'
import { metadataArgs, type MetadataKind, type NewMetadataKind } from './metadata.ts'
import { NetworkPort } from './network-port.ts'
import { inOrderOf } from './network-update-order.ts'
import {
  networkPortCreateFlags,
  networkUpdateCommand,
  networkUpdateFlags,
  networkUpdateSection,
  networkXmlFlags,
} from './protocol/enums.generated.ts'
import type { NonnullNetwork } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** An address that a network's DHCP server has given out. */
export interface DhcpLease {
  /** The network's bridge. */
  readonly interfaceName: string
  /** Null: it does not end. */
  readonly expiresAtMs: number | null
  readonly type: 'ipv4' | 'ipv6'
  readonly mac: string | null
  readonly iaid: string | null
  readonly address: string
  readonly prefixLength: number
  readonly hostname: string | null
  readonly clientId: string | null
}

/** A virtual network. */
export class Network {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullNetwork,
  ) {}

  get name(): string {
    return this.ref.name
  }

  /** Lower case with dashes. */
  get uuid(): string {
    return this.ref.uuid
  }

  /** @see virNetworkGetXMLDesc (remote procedure 43) */
  async getXMLDesc(flags?: Flags<typeof networkXmlFlags>, options?: CallOptions): Promise<string> {
    const args = { net: this.ref, flags: flagBits(networkXmlFlags, flags) }
    return (await this.connection.call('networkGetXmlDesc', args, options)).xml
  }

  /** Starts it. @throws LibvirtError 'operation-invalid' when it runs @see virNetworkCreate (39) */
  async create(options?: CallOptions): Promise<void> {
    await this.connection.call('networkCreate', { net: this.ref }, options)
  }

  /** Stops it; guests on it lose their link. @see virNetworkDestroy (42) */
  async destroy(options?: CallOptions): Promise<void> {
    await this.connection.call('networkDestroy', { net: this.ref }, options)
  }

  /** Forgets the definition; one that runs becomes transient. @see virNetworkUndefine (49) */
  async undefine(options?: CallOptions): Promise<void> {
    await this.connection.call('networkUndefine', { net: this.ref }, options)
  }

  /** @see virNetworkIsActive (152) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('networkIsActive', { net: this.ref }, options)).active !== 0
  }

  /** @see virNetworkIsPersistent (153) */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('networkIsPersistent', { net: this.ref }, options)).persistent !== 0
  }

  /** @see virNetworkGetAutostart (44) */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('networkGetAutostart', { net: this.ref }, options)).autostart !== 0
  }

  /** @see virNetworkSetAutostart (48) */
  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.connection.call('networkSetAutostart', { net: this.ref, autostart: autostart ? 1 : 0 }, options)
  }

  /** @throws LibvirtError when the network has no bridge of its own @see virNetworkGetBridgeName (45) */
  async getBridgeName(options?: CallOptions): Promise<string> {
    return (await this.connection.call('networkGetBridgeName', { net: this.ref }, options)).name
  }

  /** The leases of all guests, or of one network card. @see virNetworkGetDHCPLeases (341) */
  async getDHCPLeases(mac: string | null = null, options?: CallOptions): Promise<DhcpLease[]> {
    const args = { net: this.ref, mac, need_results: 1, flags: 0 }
    const { leases } = await this.connection.call('networkGetDhcpLeases', args, options)
    return leases.map((lease) => ({
      interfaceName: lease.iface,
      expiresAtMs: lease.expirytime === 0n ? null : Number(lease.expirytime) * 1_000,
      type: lease.type === 0 ? 'ipv4' : 'ipv6',
      mac: lease.mac,
      iaid: lease.iaid,
      address: lease.ipaddr,
      prefixLength: lease.prefix,
      hostname: lease.hostname,
      clientId: lease.clientid,
    }))
  }

  /**
   * Changes a part of it, such as a host of its DHCP server, while it runs, in its definition, or in both.
   * @param parentIndex which of several <ip> or <portgroup> elements; -1 for any
   * @param xml the element to add, change or delete @see virNetworkUpdate (291)
   */
  async update(
    command: keyof typeof networkUpdateCommand,
    section: keyof typeof networkUpdateSection,
    xml: string,
    affects?: Flags<typeof networkUpdateFlags>,
    { parentIndex = -1, ...options }: CallOptions & { parentIndex?: number } = {},
  ): Promise<void> {
    const args = {
      net: this.ref,
      ...(await inOrderOf(this.connection, networkUpdateCommand[command], networkUpdateSection[section])),
      ...{ parentIndex, xml, flags: flagBits(networkUpdateFlags, affects) },
    }
    await this.connection.call('networkUpdate', args, options)
  }

  /** @throws LibvirtError 'no-network-metadata' when there is none @see virNetworkGetMetadata (445), libvirt 9.7 and later */
  async getMetadata(
    what: MetadataKind,
    affects?: Flags<typeof networkUpdateFlags>,
    options?: CallOptions,
  ): Promise<string> {
    const args = { network: this.ref, ...metadataArgs(what), flags: flagBits(networkUpdateFlags, affects) }
    return (await this.connection.call('networkGetMetadata', args, options)).metadata
  }

  /** @param value null removes it @see virNetworkSetMetadata (444), libvirt 9.7 and later */
  async setMetadata(
    what: NewMetadataKind,
    value: string | null,
    affects?: Flags<typeof networkUpdateFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const key = typeof what === 'string' ? null : what.key
    const flags = flagBits(networkUpdateFlags, affects)
    const args = { network: this.ref, metadata: value, key, ...metadataArgs(what), flags }
    await this.connection.call('networkSetMetadata', args, options)
  }

  /** @see virNetworkListAllPorts (404) */
  async listAllPorts(options?: CallOptions): Promise<NetworkPort[]> {
    const args = { network: this.ref, need_results: 1, flags: 0 }
    const { ports } = await this.connection.call('networkListAllPorts', args, options)
    return ports.map((ref) => new NetworkPort(this, ref))
  }

  /** @throws LibvirtError 'no-network-port' @see virNetworkPortLookupByUUID (405) */
  async portLookupByUUID(uuid: string, options?: CallOptions): Promise<NetworkPort> {
    const { port } = await this.connection.call('networkPortLookupByUuid', { network: this.ref, uuid }, options)
    return new NetworkPort(this, port)
  }

  /** @see virNetworkPortCreateXML (406) */
  async portCreateXML(
    xml: string,
    flags?: Flags<typeof networkPortCreateFlags>,
    options?: CallOptions,
  ): Promise<NetworkPort> {
    const args = { network: this.ref, xml, flags: flagBits(networkPortCreateFlags, flags) }
    return new NetworkPort(this, (await this.connection.call('networkPortCreateXml', args, options)).port)
  }
}
