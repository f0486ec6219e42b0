import { BlockList, isIP } from 'node:net'

export interface NetworkParts {
  readonly address: string
  readonly prefixLength: number
  readonly isIpv6: boolean
  /** In dots; null: IPv6 has none. */
  readonly netmask: string | null
}

const addressBits = { 4: 32, 6: 128 } as const

/** '192.168.1.10/24' and 'fd00::10/64'; null: it is no address with a length. */
export function readNetworkAddress(text: string): NetworkParts | null {
  const parts = /^([^/]+)\/(\d{1,3})$/.exec(text)
  const address = parts?.[1] ?? ''
  const family = isIP(address)
  const prefixLength = Number(parts?.[2])
  if ((family !== 4 && family !== 6) || !(prefixLength <= addressBits[family])) return null
  return { address, prefixLength, isIpv6: family === 6, netmask: family === 4 ? dottedMask(prefixLength) : null }
}

/** For what has been checked. @throws TypeError for what is no address with a length */
export function networkParts(text: string): NetworkParts {
  const parts = readNetworkAddress(text)
  if (parts === null) throw new TypeError(`“${text}” is no address with the length of its network`)
  return parts
}

function dottedMask(prefixLength: number): string {
  return [0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.min(Math.max(prefixLength - from, 0), 8))).join('.')
}

/** Whether an address of the same kind lies in the network of another one. */
export function isInNetwork(address: string, { address: inside, prefixLength, isIpv6 }: NetworkParts): boolean {
  const network = new BlockList()
  const family = isIpv6 ? 'ipv6' : 'ipv4'
  network.addSubnet(inside, prefixLength, family)
  return network.check(address, family)
}
