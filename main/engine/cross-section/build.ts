import type { CrossSection } from '@strata/contract/cross-section.ts'
import { namedOrSaid } from './part.ts'

import { applicationLayer } from './application-layer.ts'
import { guestLayer } from './guest-layer.ts'
import { hardwareLayer } from './hardware-layer.ts'
import { hypervisorLayer } from './hypervisor-layer.ts'
import { machineLayer } from './machine-layer.ts'
import type { CrossSectionSources } from './sources.ts'

/** Cuts through one machine, from what it is for down to what it stands on. What is not known is said so, or left out. */
export function buildCrossSection(sources: CrossSectionSources): CrossSection {
  const application = applicationLayer(sources)
  const guest = guestLayer(sources)
  const machine = machineLayer(sources)
  const hypervisor = hypervisorLayer(sources)
  const hardware = hardwareLayer(sources)
  const layers = [application, guest, machine, hypervisor, hardware]
  const nodes = layers.flatMap((layer) => layer.nodes)
  const ids = new Set(nodes.map(({ id }) => id))
  return {
    captions: {
      application: namedOrSaid(application.caption),
      guest: namedOrSaid(guest.caption),
      machine: namedOrSaid(machine.caption),
      hypervisor: namedOrSaid(hypervisor.caption),
      hardware: namedOrSaid(hardware.caption),
    },
    nodes,
    // What carries a thing may not be known, and a line to nowhere says nothing.
    links: layers
      .flatMap((layer) => layer.links)
      .filter(({ upperId, lowerId }) => ids.has(upperId) && ids.has(lowerId)),
  }
}
