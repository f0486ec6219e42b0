import type { Connection } from './connection.ts'
import { ConnectionDomains } from './connection-domains.ts'
import { flagBits, type Flags } from './flags.ts'
import { Interface } from './interface.ts'
import { Network } from './network.ts'
import { NWFilter, NWFilterBinding } from './nw-filter.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** Networks, the host’s interfaces, and filters. */
export abstract class ConnectionNetworks extends ConnectionDomains {
  /** @see virConnectListAllNetworks (283) */
  async listAllNetworks(
    this: Connection,
    flags?: Flags<typeof enums.connectListAllNetworksFlags>,
    options?: CallOptions,
  ): Promise<Network[]> {
    const args = { need_results: 1, flags: flagBits(enums.connectListAllNetworksFlags, flags) }
    const { nets } = await this.call('connectListAllNetworks', args, options)
    return nets.map((ref) => new Network(this, ref))
  }

  /** @throws LibvirtError 'no-network' @see virNetworkLookupByUUID (47) */
  async networkLookupByUUID(this: Connection, uuid: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkLookupByUuid', { uuid }, options)).net)
  }

  /** @throws LibvirtError 'no-network' @see virNetworkLookupByName (46) */
  async networkLookupByName(this: Connection, name: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call('networkLookupByName', { name }, options)).net)
  }

  /**
   * @param flags need libvirt 7.7 or later
   * @see virNetworkDefineXML (41), virNetworkDefineXMLFlags (432)
   */
  async networkDefineXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.networkDefineFlags>,
    options?: CallOptions,
  ): Promise<Network> {
    const bits = flagBits(enums.networkDefineFlags, flags)
    const { net } = bits
      ? await this.call('networkDefineXmlFlags', { xml, flags: bits }, options)
      : await this.call('networkDefineXml', { xml }, options)
    return new Network(this, net)
  }

  /**
   * Starts a network that is gone once it stops. @param flags need libvirt 7.8 or later
   * @see virNetworkCreateXML (40), virNetworkCreateXMLFlags (437)
   */
  async networkCreateXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.networkCreateFlags>,
    options?: CallOptions,
  ): Promise<Network> {
    const bits = flagBits(enums.networkCreateFlags, flags)
    const { net } = bits
      ? await this.call('networkCreateXmlFlags', { xml, flags: bits }, options)
      : await this.call('networkCreateXml', { xml }, options)
    return new Network(this, net)
  }

  /** @see virConnectListAllInterfaces (284) */
  async listAllInterfaces(
    this: Connection,
    flags?: Flags<typeof enums.connectListAllInterfacesFlags>,
    options?: CallOptions,
  ): Promise<Interface[]> {
    const args = { need_results: 1, flags: flagBits(enums.connectListAllInterfacesFlags, flags) }
    const { ifaces } = await this.call('connectListAllInterfaces', args, options)
    return ifaces.map((ref) => new Interface(this, ref))
  }

  /** @throws LibvirtError 'no-interface' @see virInterfaceLookupByName (128) */
  async interfaceLookupByName(this: Connection, name: string, options?: CallOptions): Promise<Interface> {
    return new Interface(this, (await this.call('interfaceLookupByName', { name }, options)).iface)
  }

  /** @throws LibvirtError 'no-interface', 'multiple-interfaces' @see virInterfaceLookupByMACString (129) */
  async interfaceLookupByMACString(this: Connection, mac: string, options?: CallOptions): Promise<Interface> {
    return new Interface(this, (await this.call('interfaceLookupByMacString', { mac }, options)).iface)
  }

  /** Writes its configuration; `create` brings it up. @see virInterfaceDefineXML (131) */
  async interfaceDefineXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.interfaceDefineFlags>,
    options?: CallOptions,
  ): Promise<Interface> {
    const args = { xml, flags: flagBits(enums.interfaceDefineFlags, flags) }
    return new Interface(this, (await this.call('interfaceDefineXml', args, options)).iface)
  }

  /** Remembers the configuration, to be able to go back. @see virInterfaceChangeBegin (220) */
  async interfaceChangeBegin(options?: CallOptions): Promise<void> {
    await this.call('interfaceChangeBegin', { flags: 0 }, options)
  }

  /** Keeps what has changed. @see virInterfaceChangeCommit (221) */
  async interfaceChangeCommit(options?: CallOptions): Promise<void> {
    await this.call('interfaceChangeCommit', { flags: 0 }, options)
  }

  /** Takes back what has changed. @see virInterfaceChangeRollback (222) */
  async interfaceChangeRollback(options?: CallOptions): Promise<void> {
    await this.call('interfaceChangeRollback', { flags: 0 }, options)
  }

  /** @see virConnectListAllNWFilters (286) */
  async listAllNWFilters(this: Connection, options?: CallOptions): Promise<NWFilter[]> {
    const { filters } = await this.call('connectListAllNwfilters', { need_results: 1, flags: 0 }, options)
    return filters.map((ref) => new NWFilter(this, ref))
  }

  /** @throws LibvirtError 'no-nwfilter' @see virNWFilterLookupByName (175) */
  async nwfilterLookupByName(this: Connection, name: string, options?: CallOptions): Promise<NWFilter> {
    return new NWFilter(this, (await this.call('nwfilterLookupByName', { name }, options)).nwfilter)
  }

  /** @throws LibvirtError 'no-nwfilter' @see virNWFilterLookupByUUID (176) */
  async nwfilterLookupByUUID(this: Connection, uuid: string, options?: CallOptions): Promise<NWFilter> {
    return new NWFilter(this, (await this.call('nwfilterLookupByUuid', { uuid }, options)).nwfilter)
  }

  /**
   * Cards that use it follow at once. @param flags need libvirt 7.7 or later
   * @see virNWFilterDefineXML (180), virNWFilterDefineXMLFlags (431)
   */
  async nwfilterDefineXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.nwFilterDefineFlags>,
    options?: CallOptions,
  ): Promise<NWFilter> {
    const bits = flagBits(enums.nwFilterDefineFlags, flags)
    const { nwfilter } = bits
      ? await this.call('nwfilterDefineXmlFlags', { xml, flags: bits }, options)
      : await this.call('nwfilterDefineXml', { xml }, options)
    return new NWFilter(this, nwfilter)
  }

  /** @see virConnectListAllNWFilterBindings (401) */
  async listAllNWFilterBindings(this: Connection, options?: CallOptions): Promise<NWFilterBinding[]> {
    const { bindings } = await this.call('connectListAllNwfilterBindings', { need_results: 1, flags: 0 }, options)
    return bindings.map((ref) => new NWFilterBinding(this, ref))
  }

  /** @throws LibvirtError 'no-nwfilter-binding' @see virNWFilterBindingLookupByPortDev (397) */
  async nwfilterBindingLookupByPortDev(
    this: Connection,
    portDev: string,
    options?: CallOptions,
  ): Promise<NWFilterBinding> {
    const { nwfilter } = await this.call('nwfilterBindingLookupByPortDev', { name: portDev }, options)
    return new NWFilterBinding(this, nwfilter)
  }

  /** @see virNWFilterBindingCreateXML (399) */
  async nwfilterBindingCreateXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.nwFilterBindingCreateFlags>,
    options?: CallOptions,
  ): Promise<NWFilterBinding> {
    const args = { xml, flags: flagBits(enums.nwFilterBindingCreateFlags, flags) }
    return new NWFilterBinding(this, (await this.call('nwfilterBindingCreateXml', args, options)).nwfilter)
  }
}
