import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { openAndInspect } from './appliance/inspect-appliance.ts'
import { inspectDefinition } from './definition/inspect-definition.ts'

export function importsRouter({ hosts, fileUsers }: EngineParts) {
  const os = implement(contract.imports)
  return os.router({
    // An appliance is read on the computer that the engine runs on, whatever host it goes to.
    inspectAppliance: os.inspectAppliance.handler(async ({ input }) => (await openAndInspect(input.path)).picture),
    inspectDefinition: os.inspectDefinition.handler(({ input }) =>
      inspectDefinition(fileUsers, hosts.get(input.hostId), input.xml),
    ),
  })
}
