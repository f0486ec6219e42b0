import { say } from '@strata/contract/words/say.ts'
import { LibvirtError, type Connection, type Network } from 'node-libvirt'
import { NetworkXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { routedCidrs } from '../networks/routed-networks.ts'
import { StrataError, toStrataError } from '../strata-error.ts'

const defaultName = 'default'
/** libvirt's own choice first. */
const thirdOctets = [122, ...Array.from({ length: 154 }, (_, index) => 100 + index).filter((octet) => octet !== 122)]

/** Defines, starts and sets to autostart libvirt's usual NAT network; one of that name that only stands still is started. */
export async function makeDefaultNetwork(host: Host): Promise<void> {
  if (host.address.driver === 'qemu' && host.address.scope === 'session') {
    throw new StrataError('unsupported', say('repairs.daemonYourOwnCannot'))
  }
  const taken = [
    ...host.inventory.networks().flatMap(({ cidrs }) => cidrs),
    ...(host.files === null ? [] : await routedCidrs(host.files)),
  ]
  try {
    const uuid = await host.slow(async (connection) => {
      const network = (await existing(connection)) ?? (await define(connection, taken))
      if (!(await network.isActive())) await network.create()
      await network.setAutostart(true)
      return network.uuid
    })
    await host.inventory.reloadNetwork(uuid)
  } catch (error) {
    throw toStrataError(error, say('repairs.defaultNetworkCouldNot'))
  }
}

async function existing(connection: Connection): Promise<Network | null> {
  try {
    return await connection.networkLookupByName(defaultName)
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-network') return null
    throw error
  }
}

function define(connection: Connection, taken: readonly string[]): Promise<Network> {
  const octet = thirdOctets.find((each) => !taken.some((cidr) => overlaps(cidr, each)))
  if (octet === undefined) throw new StrataError('unsupported', say('repairs.allPrivateAddressesNat'))
  return connection.networkDefineXML(defaultNetworkXml(octet))
}

export function defaultNetworkXml(thirdOctet: number): string {
  const base = `192.168.${thirdOctet}`
  return NetworkXml.create({
    name: defaultName,
    forward: { mode: 'nat' },
    bridge: { name: 'virbr0', stp: true, delaySeconds: 0 },
    ips: [
      {
        address: `${base}.1`,
        netmask: '255.255.255.0',
        dhcpRanges: [{ start: `${base}.2`, end: `${base}.254` }],
      },
    ],
  }).toString()
}

/** Whether an IPv4 network, as '10.0.0.7/8', shares addresses with 192.168.X.0/24. */
export function overlaps(cidr: string, thirdOctet: number): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr)?.slice(1).map(Number)
  if (parts === undefined) return false
  const [a = 0, b = 0, c = 0, d = 0, prefix = 32] = parts
  const shared = Math.min(prefix, 24)
  if (shared === 0) return true
  const mask = (0xffffffff << (32 - shared)) >>> 0
  const address = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
  const own = ((192 << 24) | (168 << 16) | (thirdOctet << 8)) >>> 0
  return (address & mask) >>> 0 === (own & mask) >>> 0
}
