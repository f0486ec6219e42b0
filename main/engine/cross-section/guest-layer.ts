import type { CrossSectionNode } from '@strata/contract/cross-section.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { GuestFileSystem } from '../guest/guest-facts.ts'
import { idOf, link, node, shareOf, type Link, type Part } from './part.ts'
import type { CrossSectionSources } from './sources.ts'

const mostFileSystems = 6
const nearlyFull = 0.9
const full = 0.98

/** The system inside, as far as it tells of itself. */
export function guestLayer(sources: CrossSectionSources): Part {
  const addresses = addressNodes(sources)
  const fileSystems = fileSystemNodes(sources)
  return {
    caption: caption(sources),
    nodes: [...addresses.nodes, ...fileSystems.nodes, agentNode(sources)],
    links: [...addresses.links, ...fileSystems.links],
  }
}

function caption({ machine, guest }: CrossSectionSources): string | Said {
  const system = guest?.osName ?? machine.osName
  if (system === null) return say('crossSection.systemNotKnown')
  return guest?.kernel ? say('crossSection.kernel', { system, kernel: guest.kernel }) : system
}

interface NodesAndLinks {
  readonly nodes: CrossSectionNode[]
  readonly links: Link[]
}

/** By the agent, with the card that each belongs to; else what libvirt's networks leased to the machine. */
function addressNodes({ machine, definition, guest }: CrossSectionSources): NodesAndLinks {
  const nodes: CrossSectionNode[] = []
  const links: Link[] = []
  const cards = definition?.devices.interfaces.map(({ macAddress }) => macAddress?.toLowerCase() ?? null) ?? []
  const known = guest?.interfaces.filter(({ addresses }) => addresses.length > 0) ?? []
  for (const { name, macAddress, addresses } of known) {
    const id = idOf('address', name)
    const [first = '', ...others] = addresses
    const from = guest?.hostname
      ? say('crossSection.fromTheAgent', { hostname: guest.hostname })
      : say('crossSection.fromTheAgent2')
    nodes.push(
      node({
        id,
        stratum: 'guest',
        title: first,
        detail: others.length === 0 ? from : say('crossSection.and', { others }),
        meaning: say('crossSection.guestCard', { addresses, name }),
      }),
    )
    const card = cards.indexOf(macAddress?.toLowerCase() ?? '')
    if (card >= 0) links.push(link(id, `nic-${card}`))
  }
  if (known.length > 0) return { nodes, links }
  for (const address of machine.addresses) {
    const id = idOf('address', address)
    nodes.push(
      node({
        id,
        stratum: 'guest',
        title: address,
        detail: say('crossSection.leasedNetwork'),
        meaning: say('crossSection.networkGaveMachineWhether', { address }),
      }),
    )
    // Which card has it is sure only where there is one.
    if (cards.length === 1) links.push(link(id, 'nic-0'))
  }
  return { nodes, links }
}

function fileSystemNodes({ guest, disks }: CrossSectionSources): NodesAndLinks {
  const largest = [...(guest?.fileSystems ?? [])]
    .sort((one, other) => (other.totalBytes ?? 0) - (one.totalBytes ?? 0))
    .slice(0, mostFileSystems)
  const targets = new Set(disks.map(({ target }) => target))
  const links = largest.flatMap((each) =>
    each.diskTargets
      .filter((target) => targets.has(target))
      .map((target) => link(idOf('fs', each.mountPoint), idOf('disk', target))),
  )
  return { nodes: largest.map(fileSystemNode), links }
}

function fileSystemNode({ mountPoint, type, totalBytes, usedBytes }: GuestFileSystem): CrossSectionNode {
  const share = shareOf(usedBytes, totalBytes)
  const room =
    totalBytes === null || usedBytes === null
      ? say('crossSection.sizeNotTold')
      : say('engine.bytesOf', { part: usedBytes, whole: totalBytes })
  const state =
    share === null || share < nearlyFull
      ? say('crossSection.hasRoom')
      : share < full
        ? say('crossSection.nearlyFull')
        : say('crossSection.isFull')
  return node({
    id: idOf('fs', mountPoint),
    stratum: 'guest',
    title: say('crossSection.on', { mountPoint, type }),
    detail: room,
    share,
    health: share !== null && share >= full ? 'broken' : share !== null && share >= nearlyFull ? 'warning' : 'good',
    meaning:
      share === null
        ? say('crossSection.guestFileSystem', { mountPoint })
        : say('crossSection.guestsFileSystemUsed', { mountPoint, state, room }),
  })
}

function agentNode({ machine, agent, guest }: CrossSectionSources): CrossSectionNode {
  const base = { id: 'agent', stratum: 'guest', title: say('crossSection.guestAgent') } as const
  const isOff = machine.state === 'shut-off' || machine.state === 'crashed'
  switch (agent) {
    case 'no-channel':
      return node({
        ...base,
        detail: say('crossSection.noChannel'),
        health: 'absent',
        meaning: say('crossSection.machineNoChannelFor'),
      })
    case 'silent':
      return node({
        ...base,
        detail: isOff ? say('crossSection.machineOff') : say('crossSection.doesNotAnswer'),
        health: isOff ? 'absent' : 'warning',
        meaning: isOff ? say('crossSection.agentAnswersWhileGuest') : say('crossSection.channelThereButNobody'),
      })
    case 'talking':
      return node({
        ...base,
        detail: guest === null ? 'connected' : 'talking',
        meaning: say('crossSection.guestsAgentTellsStrata'),
      })
  }
}
