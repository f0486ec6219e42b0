import type { CreationDefaults, NetworkSource } from '@strata/contract/create.ts'
import type { Network } from '@strata/contract/networks.ts'

import type { Host } from '../../hosts/host.ts'
import { realScope } from '../../hosts/place/host-address.ts'
import { readBridgeHelper, whyNotOnBridge, type BridgeHelper } from '../../networks/bridge-helper.ts'
import { noLinks, readHostLinks, type HostBridge, type HostLinks } from '../../networks/host-links.ts'
import type { ProposalGround, Proposed } from './proposal.ts'

type Choices = CreationDefaults['networks']

/** What a card can be plugged into. */
export interface NetworkGround {
  /** Whose daemon it is; null: its machines are only acted. */
  readonly scope: ReturnType<typeof realScope>
  readonly networks: readonly Network[]
  readonly links: HostLinks
  /** Null: the system's machines need none, or it cannot be seen from here. */
  readonly helper: BridgeHelper | null
}

export async function networkGround(host: Host): Promise<NetworkGround> {
  const { files } = host
  const scope = realScope(host.address)
  const [links, helper] = await Promise.all([
    files === null ? noLinks : readHostLinks(files),
    files === null || scope !== 'session' ? null : readBridgeHelper(files),
  ])
  return { scope, networks: host.inventory.networks(), links, helper }
}

const forwardWords: Readonly<Record<string, string>> = {
  nat: 'The machine reaches the internet through the host. The host and other machines on this network reach it; the LAN does not.',
  route: 'The host passes the traffic on. Who can reach the machine depends on the routes of your network.',
  open: 'The host passes the traffic on without any rules of its own.',
  isolated: 'Only the host and other machines on this network are reached.',
  bridge: "The machine is a part of the host's own network, like a computer that is plugged in there.",
}

export function networkChoices(ground: NetworkGround): Choices {
  const { networks, links, scope } = ground
  const choice = (label: string, explanation: string, source: NetworkSource) => ({ label, explanation, source })
  const bridges = ownBridges(ground)
  const hint = bridges.length === 0 && scope === 'system' ? ' There is no bridge here that would let the LAN in.' : ''
  return [
    ...networks.map(({ name, forward, active }) =>
      choice(
        `Network “${name}”${active ? '' : ' (not active)'}`,
        `${forwardWords[forward] ?? 'A network of the host.'}${forward === 'nat' ? hint : ''}`,
        { kind: 'network', networkName: name },
      ),
    ),
    ...bridges.map((bridge) => {
      const whyNot = ground.helper === null ? null : whyNotOnBridge(ground.helper, bridge.name)
      return choice(
        `Bridge ${bridge.name}${bridgeCards(bridge)}${whyNot === null ? '' : ' (not allowed)'}`,
        whyNot ?? bridgeWords(bridge),
        { kind: 'bridge', bridgeName: bridge.name },
      )
    }),
    ...(scope === 'system' ? links.cards : [])
      .filter(({ isWireless, joinedTo }) => !isWireless && joinedTo === null)
      .map(({ name, isUp }) =>
        choice(
          `Card ${name}${isUp ? '' : ' (no link)'}`,
          'The machine is on the LAN like a computer of its own. This host itself cannot reach it, nor it this host.',
          { kind: 'macvtap', deviceName: name },
        ),
      ),
    choice('User network', 'The machine reaches the internet through this program. Nobody reaches the machine.', {
      kind: 'user',
    }),
    choice('No network', 'The machine has no network card.', { kind: 'none' }),
  ]
}

/** Those of libvirt's networks are chosen by the network. */
function ownBridges({ networks, links }: NetworkGround): HostBridge[] {
  const ofNetworks = new Set(networks.map(({ bridge }) => bridge))
  return links.bridges.filter(({ name }) => !ofNetworks.has(name))
}

const bridgeCards = ({ cards }: HostBridge) => (cards.length === 0 ? '' : ` (${cards.join(', ')})`)

const bridgeWords = ({ cards }: HostBridge) =>
  cards.length === 0
    ? 'No network card is joined to this bridge: the machine reaches the host and other machines on it only.'
    : `The machine is a part of the host's own network, like a computer that is plugged in there. Through ${cards.join(' and ')}.`

/** What a machine is plugged into when nobody chose. */
export function proposeNetwork({ networks, scope }: NetworkGround): Proposed<NetworkSource> {
  const active = networks.filter((network) => network.active)
  const chosen =
    active.find(({ name }) => name === 'default') ?? active[0] ?? networks.find(({ name }) => name === 'default')
  if (scope === 'session' || chosen === undefined) {
    return {
      value: { kind: 'user' },
      reason: 'Works without any rights: the machine reaches the internet, and nobody reaches it.',
    }
  }
  return {
    value: { kind: 'network', networkName: chosen.name },
    reason: 'The machine reaches the internet, and this computer reaches the machine.',
  }
}

/** The inner side of a router: a network that leads nowhere by itself, else whatever there is. */
export function proposeMoreCards(
  { wishes }: ProposalGround,
  { networks, scope }: NetworkGround,
  first: NetworkSource,
  models: readonly CreationDefaults['nicModel']['value'][],
): CreationDefaults['moreNics'] {
  const more = Math.max(wishes.cardCount, models.length) - 1
  const [firstModel] = models
  if (more === 0 || firstModel === undefined) return { value: [], reason: 'One card is enough.' }
  const firstName = first.kind === 'network' ? first.networkName : null
  const others = networks.filter(({ active, name }) => active && name !== firstName)
  const inner = scope === 'session' ? undefined : (others.find(({ forward }) => forward === 'isolated') ?? others[0])
  const source = inner === undefined ? first : { kind: 'network' as const, networkName: inner.name }
  const value = Array.from({ length: more }, (_, index) => ({ source, model: models[index + 1] ?? firstModel }))
  if (models.length > wishes.cardCount) return { value, reason: 'As many cards as it had.' }
  return {
    value,
    reason:
      inner === undefined
        ? 'A router has two sides. There is no second network yet, so both are on the same one.'
        : `A router has two sides; the inner one is “${inner.name}”.`,
  }
}
