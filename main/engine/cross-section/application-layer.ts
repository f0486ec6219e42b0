import { node, type Part } from './part.ts'
import type { CrossSectionSources } from './sources.ts'

/** What the machine is for. The agent does not tell which services listen, so nothing is claimed here. */
export function applicationLayer(sources: CrossSectionSources): Part {
  const { title, detail, meaning } = words(sources)
  return {
    caption: 'what it is for',
    nodes: [node({ id: 'services', stratum: 'application', title, detail, meaning, health: 'absent' })],
    links: [],
  }
}

function words({ machine, agent }: CrossSectionSources): { title: string; detail: string; meaning: string } {
  if (machine.state === 'shut-off' || machine.state === 'crashed') {
    return {
      title: 'No services',
      detail: 'the machine is off',
      meaning: `${machine.name} does not run, so it offers nothing now.`,
    }
  }
  if (agent === 'talking') {
    return {
      title: 'Services not known',
      detail: 'the agent does not tell',
      meaning:
        'The guest’s agent talks, but does not say which programs listen. Open one of the machine’s addresses to try.',
    }
  }
  return {
    title: 'Services not known',
    detail: 'needs the guest agent',
    meaning:
      'Strata sees into the guest by its agent. Install qemu-guest-agent in the guest, and its system appears here.',
  }
}
