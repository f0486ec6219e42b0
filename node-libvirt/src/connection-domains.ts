import type { Connection } from './connection.ts'
import { ConnectionCapabilities } from './connection-capabilities.ts'
import { Domain } from './domain.ts'
import { flagBits, type Flags } from './flags.ts'
import { saveParamTypes, type SaveParams } from './param-types.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { fromParams } from './sent-params.ts'

/** Domains: to find, to define, to bring back from files. Paths are those of the daemon’s host. */
export abstract class ConnectionDomains extends ConnectionCapabilities {
  /** All domains, or those that fit the flags. @see virConnectListAllDomains (273) */
  async listAllDomains(
    this: Connection,
    flags?: Flags<typeof enums.connectListAllDomainsFlags>,
    options?: CallOptions,
  ): Promise<Domain[]> {
    const args = { need_results: 1, flags: flagBits(enums.connectListAllDomainsFlags, flags) }
    const { domains } = await this.call('connectListAllDomains', args, options)
    return domains.map((ref) => new Domain(this, ref))
  }

  /** @throws LibvirtError 'no-domain' @see virDomainLookupByUUID (24) */
  async domainLookupByUUID(this: Connection, uuid: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call('domainLookupByUuid', { uuid }, options)).dom)
  }

  /** @throws LibvirtError 'no-domain' @see virDomainLookupByName (23) */
  async domainLookupByName(this: Connection, name: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call('domainLookupByName', { name }, options)).dom)
  }

  /** Of those that run. @throws LibvirtError 'no-domain' @see virDomainLookupByID (22) */
  async domainLookupByID(this: Connection, id: number, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call('domainLookupById', { id }, options)).dom)
  }

  /** Stores a definition; one with the UUID of a known domain replaces it. @see virDomainDefineXMLFlags (350) */
  async domainDefineXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.domainDefineFlags>,
    options?: CallOptions,
  ): Promise<Domain> {
    const args = { xml, flags: flagBits(enums.domainDefineFlags, flags) }
    return new Domain(this, (await this.call('domainDefineXmlFlags', args, options)).dom)
  }

  /** Starts a domain that is gone once it stops. @see virDomainCreateXML (10) */
  async domainCreateXML(
    this: Connection,
    xml: string,
    flags?: Flags<typeof enums.domainCreateFlags>,
    options?: CallOptions,
  ): Promise<Domain> {
    const args = { xml_desc: xml, flags: flagBits(enums.domainCreateFlags, flags) }
    return new Domain(this, (await this.call('domainCreateXml', args, options)).dom)
  }

  /** Goes on with a guest that `Domain.save` has written. @see virDomainRestore (54) */
  async domainRestore(path: string, options?: CallOptions): Promise<void> {
    await this.call('domainRestore', { from: path }, options)
  }

  /** @param xml a description to use instead of the saved one; null keeps it @see virDomainRestoreFlags (233) */
  async domainRestoreFlags(
    path: string,
    xml: string | null,
    flags?: Flags<typeof enums.domainSaveRestoreFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { from: path, dxml: xml, flags: flagBits(enums.domainSaveRestoreFlags, flags) }
    await this.call('domainRestoreFlags', args, options)
  }

  /** @see virDomainRestoreParams (441), libvirt 8.4 and later */
  async domainRestoreParams(
    params: SaveParams,
    flags?: Flags<typeof enums.domainSaveRestoreFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const flagArgs = { flags: flagBits(enums.domainSaveRestoreFlags, flags) }
    await this.call('domainRestoreParams', { params: fromParams(saveParamTypes, params), ...flagArgs }, options)
  }

  /** The description in a saved file. @see virDomainSaveImageGetXMLDesc (235) */
  async domainSaveImageGetXMLDesc(
    path: string,
    flags?: Flags<typeof enums.domainSaveImageXmlFlags>,
    options?: CallOptions,
  ): Promise<string> {
    const args = { file: path, flags: flagBits(enums.domainSaveImageXmlFlags, flags) }
    return (await this.call('domainSaveImageGetXmlDesc', args, options)).xml
  }

  /** Changes it, as far as the guest would not notice. @see virDomainSaveImageDefineXML (236) */
  async domainSaveImageDefineXML(
    path: string,
    xml: string,
    flags?: Flags<typeof enums.domainSaveRestoreFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { file: path, dxml: xml, flags: flagBits(enums.domainSaveRestoreFlags, flags) }
    await this.call('domainSaveImageDefineXml', args, options)
  }
}
