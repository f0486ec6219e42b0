import type { Network } from '@strata/contract/networks.ts'
import { NetworkXml } from 'node-libvirt/xml'

const forwardModes = ['nat', 'route', 'open', 'bridge', 'private', 'vepa', 'passthrough', 'hostdev'] as const

/** What a network's definition says. @throws XmlError */
export function readNetworkDefinition(xml: string): Pick<Network, 'forward' | 'bridge' | 'cidrs'> {
  const network = NetworkXml.parse(xml)
  return {
    forward: forwardOf(network),
    bridge: network.bridge.name,
    cidrs: network.ips.map(cidrOf).filter((cidr) => cidr !== null),
  }
}

export function forwardOf(network: Pick<NetworkXml, 'isForwarded' | 'forward'>): Network['forward'] {
  if (!network.isForwarded) return 'isolated'
  const mode = network.forward.mode ?? 'nat' // libvirt's own default
  return forwardModes.find((known) => known === mode) ?? 'other'
}

function cidrOf(ip: NetworkXml['ips'][number]): string | null {
  if (ip.address === null) return null
  const prefixLength = ip.prefixLength ?? prefixLengthOf(ip.netmask) ?? (ip.address.includes(':') ? 64 : null)
  return prefixLength === null ? ip.address : `${ip.address}/${prefixLength}`
}

/** 24 for 255.255.255.0; null for what is no mask. */
export function prefixLengthOf(netmask: string | null): number | null {
  const parts = netmask?.split('.').map(Number) ?? []
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return null
  const bits = parts.map((part) => part.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : null
}
