import type { CreationDefaults, NetworkSource } from '@strata/contract/create.ts'
import type { Network } from '@strata/contract/networks.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

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

const forwardWords: Readonly<Record<string, Said>> = {
  nat: say('create.machineReachesInternetThrough'),
  route: say('create.hostPassesTrafficWho'),
  open: say('create.hostPassesTrafficWithout'),
  isolated: say('create.onlyHostOtherMachines'),
  bridge: say('create.machinePartHostsOwn'),
}

export function networkChoices(ground: NetworkGround): Choices {
  const { networks, links, scope } = ground
  const choice = (label: Said, explanation: Said, source: NetworkSource) => ({ label, explanation, source })
  const bridges = ownBridges(ground)
  const isBridgeless = bridges.length === 0 && scope === 'system'
  return [
    ...networks.map(({ name, forward, active }) =>
      choice(
        active ? say('create.network', { name }) : say('create.networkNotActive2', { name }),
        forward === 'nat' && isBridgeless
          ? say('create.machineReachesInternetThroughHost')
          : (forwardWords[forward] ?? say('create.networkHost')),
        { kind: 'network', networkName: name },
      ),
    ),
    ...bridges.map((bridge) => {
      const whyNot = ground.helper === null ? null : whyNotOnBridge(ground.helper, bridge.name)
      return choice(
        whyNot === null ? bridgeLabel(bridge) : say('create.bridgeNotAllowed', { bridge: bridge.name }),
        whyNot ?? bridgeWords(bridge),
        { kind: 'bridge', bridgeName: bridge.name },
      )
    }),
    ...(scope === 'system' ? links.cards : [])
      .filter(({ isWireless, joinedTo }) => !isWireless && joinedTo === null)
      .map(({ name, isUp }) =>
        choice(
          isUp ? say('create.card', { name }) : say('create.cardNoLink', { name }),
          say('create.machineLanLikeComputer'),
          { kind: 'macvtap', deviceName: name },
        ),
      ),
    choice(say('create.userNetwork'), say('create.machineReachesInternetThroughProgram'), {
      kind: 'user',
    }),
    choice(say('create.noNetwork'), say('create.machineNoNetworkCard2'), { kind: 'none' }),
  ]
}

/** Those of libvirt's networks are chosen by the network. */
function ownBridges({ networks, links }: NetworkGround): HostBridge[] {
  const ofNetworks = new Set(networks.map(({ bridge }) => bridge))
  return links.bridges.filter(({ name }) => !ofNetworks.has(name))
}

const bridgeLabel = ({ name, cards }: HostBridge) =>
  cards.length === 0 ? say('create.bridge', { name }) : say('create.bridge2', { name, cards })

const bridgeWords = ({ cards }: HostBridge) =>
  cards.length === 0 ? say('create.noNetworkCardJoined') : say('create.machinePartHostsOwnNetwork', { cards })

/** What a machine is plugged into when nobody chose. */
export function proposeNetwork({ networks, scope }: NetworkGround): Proposed<NetworkSource> {
  const active = networks.filter((network) => network.active)
  const chosen =
    active.find(({ name }) => name === 'default') ?? active[0] ?? networks.find(({ name }) => name === 'default')
  if (scope === 'session' || chosen === undefined) {
    return {
      value: { kind: 'user' },
      reason: say('create.worksWithoutAnyRights'),
    }
  }
  return {
    value: { kind: 'network', networkName: chosen.name },
    reason: say('create.machineReachesInternetComputer'),
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
  if (more === 0 || firstModel === undefined) return { value: [], reason: say('create.oneCardEnough') }
  const firstName = first.kind === 'network' ? first.networkName : null
  const others = networks.filter(({ active, name }) => active && name !== firstName)
  const inner = scope === 'session' ? undefined : (others.find(({ forward }) => forward === 'isolated') ?? others[0])
  const source = inner === undefined ? first : { kind: 'network' as const, networkName: inner.name }
  const value = Array.from({ length: more }, (_, index) => ({ source, model: models[index + 1] ?? firstModel }))
  if (models.length > wishes.cardCount) return { value, reason: say('create.manyCards') }
  return {
    value,
    reason:
      inner === undefined
        ? say('create.routerTwoSidesThere')
        : say('create.routerTwoSidesInner', { inner: inner.name }),
  }
}
