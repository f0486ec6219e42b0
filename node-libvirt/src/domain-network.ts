import { DomainBlock } from './domain-block.ts'
import {
  interfaceAddresses,
  interfaceStats,
  type DomainInterfaceAddresses,
  type DomainInterfaceStats,
} from './domain-results.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { bandwidthParamTypes, type BandwidthParams } from './param-types.ts'
import { countedParams, fromParams, TEXT_TOO } from './sent-params.ts'

type Affects = Flags<typeof enums.domainModificationImpact>

/** Network cards. A card is named by its host-side device ('vnet0') or its MAC address. */
export abstract class DomainNetwork extends DomainBlock {
  /** Its addresses as DHCP leases, the guest agent or the host's ARP table know them. @see virDomainInterfaceAddresses (353) */
  async interfaceAddresses(
    source: 'lease' | 'agent' | 'arp',
    options?: CallOptions,
  ): Promise<DomainInterfaceAddresses[]> {
    const args = { dom: this.ref, source: enums.domainInterfaceAddressesSource[source], flags: 0 }
    const { ifaces } = await this.connection.call('domainInterfaceAddresses', args, options)
    return ifaces.map(interfaceAddresses)
  }

  /** @see virDomainInterfaceStats (65) */
  async interfaceStats(card: string, options?: CallOptions): Promise<DomainInterfaceStats> {
    return interfaceStats(await this.connection.call('domainInterfaceStats', { dom: this.ref, device: card }, options))
  }

  /** @see virDomainGetInterfaceParameters (257) */
  async getInterfaceParameters(card: string, affects?: Affects, options?: CallOptions): Promise<BandwidthParams> {
    const args = { dom: this.ref, device: card, flags: flagBits(enums.domainModificationImpact, affects) | TEXT_TOO }
    return countedParams<typeof bandwidthParamTypes>((nparams) =>
      this.connection.call('domainGetInterfaceParameters', { ...args, nparams }, options),
    )
  }

  /** @see virDomainSetInterfaceParameters (256) */
  async setInterfaceParameters(
    card: string,
    params: BandwidthParams,
    affects?: Affects,
    options?: CallOptions,
  ): Promise<void> {
    const flags = flagBits(enums.domainModificationImpact, affects)
    const args = { dom: this.ref, device: card, params: fromParams(bandwidthParamTypes, params), flags }
    await this.connection.call('domainSetInterfaceParameters', args, options)
  }
}
