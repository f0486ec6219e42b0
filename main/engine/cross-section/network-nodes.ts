import type { CrossSectionNode } from '@strata/contract/cross-section.ts'
import type { Network } from '@strata/contract/networks.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { factsOf, idOf, link, node, type Link } from './part.ts'
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
      const title = say('crossSection.network', { networkName: networkName ?? '' })
      return network === undefined
        ? node({
            ...base,
            title,
            detail: say('crossSection.notThere'),
            health: 'broken',
            meaning: say('crossSection.machineWantsHostDoes', { title }),
          })
        : node({ ...base, title, ...libvirtNetwork(network) })
    }
    case 'bridge':
      return node({
        ...base,
        title: say('crossSection.bridge', { bridge: bridge ?? '' }),
        detail: say('crossSection.ofTheHost'),
        meaning: say('crossSection.machinePluggedStraightInto', { bridge: bridge ?? '' }),
      })
    case 'direct':
      return node({
        ...base,
        title: say('crossSection.shared', { device: device ?? '' }),
        detail: 'macvtap',
        meaning: say('crossSection.machineSharesHostsCard', { device: device ?? '' }),
      })
    default:
      return node({
        ...base,
        title: say('crossSection.userModeNetwork'),
        detail: say('crossSection.outOnly'),
        meaning: say('crossSection.guestReachesOutThrough'),
      })
  }
}

const forwardWords: Readonly<Record<Network['forward'], Said>> = {
  nat: say('crossSection.forwardNat'),
  route: say('crossSection.forwardRoute'),
  open: say('crossSection.forwardOpen'),
  isolated: say('crossSection.forwardIsolated'),
  bridge: say('crossSection.forwardBridge'),
  private: say('crossSection.forwardPrivate'),
  vepa: say('crossSection.forwardVepa'),
  passthrough: say('crossSection.forwardPassthrough'),
  hostdev: say('crossSection.hostDevice'),
  other: say('crossSection.forwardOther'),
}

function libvirtNetwork({
  name,
  active,
  forward,
  cidrs,
  bridge,
}: Network): Pick<CrossSectionNode, 'health' | 'meaning'> & { readonly detail: Said } {
  if (!active) {
    return {
      detail: say('crossSection.notStarted'),
      health: 'broken',
      meaning: say('crossSection.networkNotStartedMachine', { name }),
    }
  }
  const detail = factsOf([forwardWords[forward], ...cidrs, bridge])
  return { detail, health: 'good', meaning: networkMeaning(name, forward) }
}

function networkMeaning(name: string, forward: Network['forward']): Said {
  switch (forward) {
    case 'nat':
      return say('crossSection.throughNetworkGuestReaches', { name })
    case 'isolated':
      return say('crossSection.networkGuestReachesHost', { name })
    case 'bridge':
      return say('crossSection.throughNetworkGuestSeen', { name })
    default:
      return say('crossSection.guestPluggedIntoNetwork', { name })
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
  if (device === null)
    return node({
      ...base,
      detail: say('crossSection.stateNotKnown'),
      meaning: say('crossSection.packetsLeave', { name }),
    })
  const speed = device.speedMbitPerS === null ? null : speedText(device.speedMbitPerS)
  return node({
    ...base,
    detail: factsOf([speed, device.isUp ? say('crossSection.linkUp') : say('crossSection.linkDown')]),
    health: device.isUp ? 'good' : 'broken',
    meaning: device.isUp
      ? say('crossSection.packetsLeaveComputer', { name })
      : say('crossSection.downNothingGetsOut', { name }),
  })
}

function speedText(mbitPerS: number): Said {
  return mbitPerS >= 1000
    ? say('crossSection.gbitS', { mbitPerS: mbitPerS / 1000 })
    : say('crossSection.mbitS', { mbitPerS })
}
