import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { node, type Part } from './part.ts'
import type { CrossSectionSources } from './sources.ts'

/** What the machine is for. The agent does not tell which services listen, so nothing is claimed here. */
export function applicationLayer(sources: CrossSectionSources): Part {
  const { title, detail, meaning } = words(sources)
  return {
    caption: say('crossSection.whatFor'),
    nodes: [node({ id: 'services', stratum: 'application', title, detail, meaning, health: 'absent' })],
    links: [],
  }
}

function words({ machine, agent }: CrossSectionSources): { title: Said; detail: Said; meaning: Said } {
  if (machine.state === 'shut-off' || machine.state === 'crashed') {
    return {
      title: say('crossSection.noServices'),
      detail: say('crossSection.machineOff'),
      meaning: say('crossSection.doesNotRunOffers', { machine: machine.name }),
    }
  }
  if (agent === 'talking') {
    return {
      title: say('crossSection.servicesNotKnown'),
      detail: say('crossSection.agentDoesNotTell'),
      meaning: say('crossSection.guestsAgentTalksBut'),
    }
  }
  return {
    title: say('crossSection.servicesNotKnown'),
    detail: say('crossSection.needsGuestAgent'),
    meaning: say('crossSection.strataSeesIntoGuest'),
  }
}
