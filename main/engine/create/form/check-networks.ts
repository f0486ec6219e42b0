import type { NetworkSource, NewMachine } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import { repairs } from '../../repairs/offered.ts'
import { bridgeListPath, whyNotOnBridge } from '../../networks/bridge-helper.ts'
import type { HostThings } from './check-place.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'

/** Where a card of the form stands, and how to change what it is plugged into. */
interface Card {
  readonly source: NetworkSource
  readonly field: 'network' | 'moreNics'
  readonly part: number | null
  readonly plugged: (source: NetworkSource) => Partial<NewMachine>
}

/** What every card is plugged into: the first one, and the further ones by their number. */
export function checkNetworks({ network, moreNics }: PartialForm, things: HostThings): Finding[] {
  const first: Card[] =
    network === undefined
      ? []
      : [{ source: network, field: 'network', part: null, plugged: (source) => ({ network: source }) }]
  const more = (moreNics ?? []).map(({ source }, part): Card => ({
    source,
    field: 'moreNics',
    part,
    plugged: (changed) => ({
      moreNics: (moreNics ?? []).map((nic, at) => (at === part ? { ...nic, source: changed } : nic)),
    }),
  }))
  return [...first, ...more].flatMap((card) => checkCard(card, things))
}

function checkCard(card: Card, things: HostThings): Finding[] {
  switch (card.source.kind) {
    case 'network':
      return checkNetwork(card, card.source.networkName, things)
    case 'bridge':
      return checkBridge(card, card.source.bridgeName, things)
    case 'macvtap':
      return checkMacvtap(card, card.source.deviceName, things)
    case 'user':
    case 'none':
      return []
  }
}

function checkNetwork({ field, part, plugged }: Card, name: string, things: HostThings): Finding[] {
  const { networks, host, hostLabel, isSession } = things
  const found = networks.find((network) => network.name === name)
  if (found === undefined) {
    return [
      stopping(field, 'not-found', say('create.thereNoNetwork', { name, hostLabel }), {
        part,
        repairs: name === 'default' && !isSession ? [repairs.makeDefaultNetwork(host.id)] : [],
        suggestion: plugged(instead(things)),
      }),
    ]
  }
  if (found.active) return []
  return [
    stopping(field, 'wrong-state', say('create.networkNotActive', { name: found.name }), {
      part,
      repairs: [repairs.startNetwork(host.id, found)],
    }),
  ]
}

function checkBridge({ field, part, plugged }: Card, name: string, things: HostThings): Finding[] {
  const { links, helper, host, hostLabel } = things
  if (links === null) return [] // another computer's bridges are not seen from here
  const suggestion = plugged(instead(things))
  if (!links.bridges.some((bridge) => bridge.name === name)) {
    const card = links.cards.find((each) => each.name === name)
    if (card !== undefined) {
      const message = say('create.networkCardNoBridge', { name })
      return [
        stopping(field, 'invalid-input', message, { part, suggestion: plugged({ kind: 'macvtap', deviceName: name }) }),
      ]
    }
    const canBeOne = /^[A-Za-z][\w.-]{0,14}$/.test(name)
    return [
      stopping(field, 'not-found', say('create.thereNoBridge', { name, hostLabel }), {
        part,
        repairs: canBeOne ? [repairs.makeBridge(host, name)] : [],
        suggestion,
      }),
    ]
  }
  const whyNot = helper === null ? null : whyNotOnBridge(helper, name)
  if (whyNot === null || helper === null) return []
  return [
    stopping(field, 'not-permitted', whyNot, {
      part,
      suggestion,
      repairs: helper.path === null ? [] : [allowBridge(name, helper.path)],
    }),
  ]
}

/** An administrator's word: from then on every user's machines can be on that bridge. */
const allowBridge = (bridgeName: string, helperPath: string) =>
  repairs.byHand(
    say('create.allow', { bridgeName }),
    say('create.letsMachinesEveryUser'),
    `echo 'allow ${bridgeName}' | sudo tee -a ${bridgeListPath} && sudo chmod u+s ${helperPath}`,
  )

function checkMacvtap({ field, part, plugged }: Card, name: string, things: HostThings): Finding[] {
  const { links, isSession } = things
  const suggestion = plugged(instead(things))
  if (isSession) {
    const message = say('create.onlySystemsMachinesCan')
    return [stopping(field, 'not-permitted', message, { part, suggestion })]
  }
  if (links === null) return []
  const card = links.cards.find((each) => each.name === name)
  if (card === undefined) {
    // A bond, a VLAN or a tap may be plugged into as well; only what is a bridge is meant otherwise.
    if (links.bridges.some((bridge) => bridge.name === name)) {
      const asBridge = plugged({ kind: 'bridge', bridgeName: name })
      return [stopping(field, 'invalid-input', say('create.isABridge', { name }), { part, suggestion: asBridge })]
    }
    return [
      warning(field, say('create.thereNoNetworkCard2', { name, hostLabel: things.hostLabel }), { part, suggestion }),
    ]
  }
  if (card.isWireless) {
    const message = say('create.wiFiCardCarries', { name })
    return [stopping(field, 'unsupported', message, { part, suggestion })]
  }
  if (card.joinedTo === null) return []
  const onBridge = links.bridges.some((bridge) => bridge.name === card.joinedTo)
  return [
    stopping(field, 'busy', say('create.belongsNothingElseCan', { name, joinedTo: card.joinedTo }), {
      part,
      suggestion: onBridge ? plugged({ kind: 'bridge', bridgeName: card.joinedTo }) : suggestion,
    }),
  ]
}

/** What surely works: a network that is active, else the user's own. */
function instead({ networks, isSession }: HostThings): NetworkSource {
  const active = isSession ? [] : networks.filter((network) => network.active)
  const found = active.find(({ name }) => name === 'default') ?? active[0]
  return found === undefined ? { kind: 'user' } : { kind: 'network', networkName: found.name }
}
