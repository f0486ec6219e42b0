import { DomainHandle } from './domain-handle.ts'
import {
  controlInfo,
  domainInfo,
  domainStateName,
  securityLabel,
  type DomainControlInfo,
  type DomainInfo,
  type DomainState,
  type SecurityLabel,
} from './domain-results.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { metadataArgs, type MetadataKind, type NewMetadataKind } from './metadata.ts'
import { launchSecurityStateParamTypes, type LaunchSecurityStateParams } from './param-types.ts'
import { fromParams, TEXT_TOO } from './sent-params.ts'
import { toParams, type Params } from './typed-params.ts'

type Affects = Flags<typeof enums.domainModificationImpact>

/** What a domain is, and what is written down about it. */
export abstract class DomainStatus extends DomainHandle {
  /** @see virDomainGetState (remote procedure 212) */
  async getState(options?: CallOptions): Promise<DomainState> {
    const { state, reason } = await this.connection.call('domainGetState', { dom: this.ref, flags: 0 }, options)
    return { state: domainStateName(state), reason }
  }

  /** @see virDomainGetInfo (16) */
  async getInfo(options?: CallOptions): Promise<DomainInfo> {
    return domainInfo(await this.connection.call('domainGetInfo', { dom: this.ref }, options))
  }

  /**
   * Its description. Of a domain that runs it is the live one; 'inactive' asks for what is stored. 'secure' includes
   * passwords, which a read-only connection is refused. @see virDomainGetXMLDesc (14)
   */
  async getXMLDesc(flags?: Flags<typeof enums.domainXmlFlags>, options?: CallOptions): Promise<string> {
    const args = { dom: this.ref, flags: flagBits(enums.domainXmlFlags, flags) }
    return (await this.connection.call('domainGetXmlDesc', args, options)).xml
  }

  /** Whether its definition is stored. @see virDomainIsPersistent (151) */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainIsPersistent', { dom: this.ref }, options)).persistent !== 0
  }

  /** @see virDomainIsActive (150) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainIsActive', { dom: this.ref }, options)).active !== 0
  }

  /** Whether the stored definition differs from the running one. @see virDomainIsUpdated (202) */
  async isUpdated(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainIsUpdated', { dom: this.ref }, options)).updated !== 0
  }

  /** @see virDomainGetAutostart (15) */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainGetAutostart', { dom: this.ref }, options)).autostart !== 0
  }

  /** @see virDomainSetAutostart (29) */
  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.connection.call('domainSetAutostart', { dom: this.ref, autostart: autostart ? 1 : 0 }, options)
  }

  /** Whether it starts at the daemon's next start alone. libvirt 11.2 and later. @see virDomainGetAutostartOnce (449) */
  async getAutostartOnce(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainGetAutostartOnce', { dom: this.ref }, options)).autostart !== 0
  }

  /** @see virDomainSetAutostartOnce (450), libvirt 11.2 and later */
  async setAutostartOnce(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.connection.call('domainSetAutostartOnce', { dom: this.ref, autostart: autostart ? 1 : 0 }, options)
  }

  /** Such as 'hvm'. @see virDomainGetOSType (19) */
  async getOSType(options?: CallOptions): Promise<string> {
    return (await this.connection.call('domainGetOsType', { dom: this.ref }, options)).type
  }

  /** Whether the hypervisor answers for it now, and if not, since when. @see virDomainGetControlInfo (229) */
  async getControlInfo(options?: CallOptions): Promise<DomainControlInfo> {
    return controlInfo(await this.connection.call('domainGetControlInfo', { dom: this.ref, flags: 0 }, options))
  }

  /**
   * The guest's own name, as its agent or the DHCP leases know it.
   * @throws LibvirtError 'no-hostname' when the source knows none @see virDomainGetHostname (277)
   */
  async getHostname(flags?: Flags<typeof enums.domainGetHostnameFlags>, options?: CallOptions): Promise<string> {
    const args = { dom: this.ref, flags: flagBits(enums.domainGetHostnameFlags, flags) }
    return (await this.connection.call('domainGetHostname', args, options)).hostname
  }

  /** What libvirt has to remark, such as a deprecated device; none asks for all kinds. @see virDomainGetMessages (426) */
  async getMessages(kinds?: Flags<typeof enums.domainMessageType>, options?: CallOptions): Promise<string[]> {
    const args = { dom: this.ref, flags: flagBits(enums.domainMessageType, kinds) }
    return (await this.connection.call('domainGetMessages', args, options)).msgs
  }

  /** @throws LibvirtError 'operation-invalid' while it is off @see virDomainGetSecurityLabel (121) */
  async getSecurityLabel(options?: CallOptions): Promise<SecurityLabel> {
    return securityLabel(await this.connection.call('domainGetSecurityLabel', { dom: this.ref }, options))
  }

  /** One for each security driver that confines it. @see virDomainGetSecurityLabelList (278) */
  async getSecurityLabelList(options?: CallOptions): Promise<SecurityLabel[]> {
    const { labels } = await this.connection.call('domainGetSecurityLabelList', { dom: this.ref }, options)
    return labels.map(securityLabel)
  }

  /** By libvirt's names, such as 'sev-measurement' (base64). @throws LibvirtError 'operation-unsupported' without launch security @see virDomainGetLaunchSecurityInfo (396) */
  async getLaunchSecurityInfo(options?: CallOptions): Promise<Params> {
    const { params } = await this.connection.call(
      'domainGetLaunchSecurityInfo',
      { dom: this.ref, flags: TEXT_TOO },
      options,
    )
    return toParams(params)
  }

  /**
   * Puts a secret into the guest's memory; only while it is paused at its start.
   * @see virDomainSetLaunchSecurityState (439)
   */
  async setLaunchSecurityState(state: LaunchSecurityStateParams, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, params: fromParams(launchSecurityStateParamTypes, state), flags: 0 }
    await this.connection.call('domainSetLaunchSecurityState', args, options)
  }

  /**
   * The title, the description, or the element of one namespace.
   * @throws LibvirtError 'no-domain-metadata' when there is none @see virDomainGetMetadata (265)
   */
  async getMetadata(what: MetadataKind, affects?: Affects, options?: CallOptions): Promise<string> {
    const args = { dom: this.ref, ...metadataArgs(what), flags: flagBits(enums.domainModificationImpact, affects) }
    return (await this.connection.call('domainGetMetadata', args, options)).metadata
  }

  /** @param value null removes it @param what of an element, `key` is the prefix to use @see virDomainSetMetadata (264) */
  async setMetadata(
    what: NewMetadataKind,
    value: string | null,
    affects?: Affects,
    options?: CallOptions,
  ): Promise<void> {
    const key = typeof what === 'string' ? null : what.key
    const args = {
      dom: this.ref,
      metadata: value,
      key,
      ...metadataArgs(what),
      flags: flagBits(enums.domainModificationImpact, affects),
    }
    await this.connection.call('domainSetMetadata', args, options)
  }
}
