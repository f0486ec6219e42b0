import type { GuestNetwork } from '@strata/contract/guest-setup.ts'
import { stringify } from 'yaml'

import { networkParts } from '../guest-address.ts'

/**
 * cloud-init's network-config, version 2, for a fixed address. For DHCP there is none: cloud-init then asks on the
 * first card by itself, under whatever name that card has.
 * @param macAddress of the first card, the surest way to name it; null: any Ethernet card, as there is but one
 */
export function networkConfig(network: GuestNetwork, macAddress: string | null): string | null {
  const config = networkOf(network, macAddress)
  return config === null ? null : stringify(config, { version: '1.1' })
}

/** The same as a value: Ubuntu's installer takes it inside its answers. */
export function networkOf(network: GuestNetwork, macAddress: string | null): object | null {
  if (network.kind === 'dhcp') return null
  const { isIpv6 } = networkParts(network.address)
  const card = {
    match: macAddress === null ? { name: 'e*' } : { macaddress: macAddress.toLowerCase() },
    dhcp4: false,
    dhcp6: false,
    addresses: [network.address],
    ...(network.gateway === null ? {} : { routes: [{ to: isIpv6 ? '::/0' : '0.0.0.0/0', via: network.gateway }] }),
    ...(network.nameServers.length === 0 ? {} : { nameservers: { addresses: network.nameServers } }),
  }
  return { version: 2, ethernets: { card0: card } }
}
