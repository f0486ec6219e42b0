import type { CrossSectionNode } from '@strata/contract/cross-section.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { idOf, link, node, type Link } from './part.ts'
import type { CrossSectionSources, NetworkDevice } from './sources.ts'

type Card = DomainXml['devices']['interfaces'][number]

/** What a card is plugged into; null: into nothing that Strata can name. */
export function networkIdOf(card: Card): string | null {
  const { network, bridge, device } = card.source
  switch (card.type) {
    case 'network':
      return network === null ? null : idOf('network', network)
    case 'bridge':
      return bridge === null ? null : idOf('bridge', bridge)
    case 'direct':
      return device === null ? null : idOf('direct', device)
    case 'user':
      return 'user-network'
    default:
      return null
  }
}

/** The networks that the machine's cards are plugged into, and what carries them. */
export function networkNodes(sources: CrossSectionSources): { nodes: CrossSectionNode[]; links: Link[] } {
  const nodes = new Map<string, CrossSectionNode>()
  const links = new Map<string, Link>()
  for (const card of sources.definition?.devices.interfaces ?? []) {
    const id = networkIdOf(card)
    if (id === null || nodes.has(id)) continue
    nodes.set(id, networkNode(id, card, sources))
    for (const device of carriersOf(card, sources)) {
      const lowerId = idOf('nic', device)
      links.set(`${id} ${lowerId}`, link(id, lowerId))
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()] }
}

/** Names of the host's network devices that packets of this card leave by. */
export function carriersOf(card: Card, { host, hardware }: CrossSectionSources): string[] {
  const { network: networkName, bridge, device } = card.source
  const viaRoute = hardware.route === null ? [] : [hardware.route.name]
  const viaBridge = (name: string) => (hardware.bridgePorts.get(name) ?? []).map((port) => port.name)
  switch (card.type) {
    case 'user':
      return viaRoute
    case 'direct':
      return device === null ? [] : [device]
    case 'bridge':
      return bridge === null ? [] : viaBridge(bridge)
    case 'network': {
      const network = host.networks.find(({ name }) => name === networkName)
      if (!network?.active) return []
      if (network.forward === 'bridge' && network.bridge !== null) return viaBridge(network.bridge)
      return network.forward === 'nat' || network.forward === 'route' || network.forward === 'open' ? viaRoute : []
    }
    default:
      return []
  }
}

function networkNode(id: string, card: Card, { host }: CrossSectionSources): CrossSectionNode {
  const base = { id, stratum: 'hypervisor' } as const
  const { network: networkName, bridge, device } = card.source
  switch (card.type) {
    case 'network': {
      const network = host.networks.find(({ name }) => name === networkName)
      const title = `network ${networkName ?? ''}`
      return network === undefined
        ? node({
            ...base,
            title,
            detail: 'is not there',
            health: 'broken',
            meaning: `The machine wants ${title}, which this host does not have.`,
          })
        : node({ ...base, title, ...libvirtNetwork(network) })
    }
    case 'bridge':
      return node({
        ...base,
        title: `bridge ${bridge ?? ''}`,
        detail: 'of the host',
        meaning: `The machine is plugged straight into the host’s bridge ${bridge ?? ''}, and is seen in that network.`,
      })
    case 'direct':
      return node({
        ...base,
        title: `${device ?? ''} shared`,
        detail: 'macvtap',
        meaning: `The machine shares the host’s card ${device ?? ''}; the host itself cannot reach it this way.`,
      })
    default:
      return node({
        ...base,
        title: 'User-mode network',
        detail: 'out only',
        meaning: 'The guest reaches out through QEMU itself; nobody reaches in, not even this host.',
      })
  }
}

const forwardWords: Readonly<Record<Network['forward'], string>> = {
  nat: 'NAT',
  route: 'routed',
  open: 'open',
  isolated: 'isolated',
  bridge: 'bridged',
  private: 'private',
  vepa: 'VEPA',
  passthrough: 'passthrough',
  hostdev: 'host device',
  other: 'network',
}

function libvirtNetwork({
  name,
  active,
  forward,
  cidrs,
  bridge,
}: Network): Pick<CrossSectionNode, 'detail' | 'health' | 'meaning'> {
  if (!active) {
    return {
      detail: 'is not started',
      health: 'broken',
      meaning: `Network ${name} is not started: the machine cannot start, or reaches nothing.`,
    }
  }
  const detail = [[forwardWords[forward], ...cidrs].join(' '), bridge].filter((part) => part !== null).join(', ')
  return { detail, health: 'good', meaning: networkMeaning(name, forward) }
}

function networkMeaning(name: string, forward: Network['forward']): string {
  switch (forward) {
    case 'nat':
      return `Through network ${name} the guest reaches out, and this host reaches the guest.`
    case 'isolated':
      return `On network ${name} the guest reaches this host and its neighbours, and nothing beyond.`
    case 'bridge':
      return `Through network ${name} the guest is seen in the network outside.`
    default:
      return `The guest is plugged into network ${name}.`
  }
}

/** Cards of the host that carry something of this machine. */
export function networkDeviceNodes(sources: CrossSectionSources): CrossSectionNode[] {
  const { hardware, definition } = sources
  const used = new Set([...(definition?.devices.interfaces ?? [])].flatMap((card) => carriersOf(card, sources)))
  const devices = [...(hardware.route === null ? [] : [hardware.route]), ...[...hardware.bridgePorts.values()].flat()]
  const known = new Map(devices.map((device) => [device.name, device]))
  return [...used].map((name) => deviceNode(name, known.get(name) ?? null))
}

function deviceNode(name: string, device: NetworkDevice | null): CrossSectionNode {
  const base = { id: idOf('nic', name), stratum: 'hardware', title: name } as const
  if (device === null) return node({ ...base, detail: 'state not known', meaning: `Packets leave by ${name}.` })
  const speed = device.speedMbitPerS === null ? null : speedText(device.speedMbitPerS)
  return node({
    ...base,
    detail: [speed, device.isUp ? 'up' : 'down'].filter((part) => part !== null).join(', '),
    health: device.isUp ? 'good' : 'broken',
    meaning: device.isUp
      ? `Packets leave this computer by ${name}.`
      : `${name} is down: nothing gets out of this computer by it.`,
  })
}

function speedText(mbitPerS: number): string {
  return mbitPerS >= 1000 ? `${mbitPerS / 1000} Gbit/s` : `${mbitPerS} Mbit/s`
}
