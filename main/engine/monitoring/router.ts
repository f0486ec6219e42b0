import { implement } from '@orpc/server'
import { monitoring as contract } from '@strata/contract/monitoring.ts'

import type { EngineParts } from '../engine-parts.ts'

export function monitoringRouter({ monitoring }: Pick<EngineParts, 'monitoring'>) {
  const os = implement(contract)
  return os.router({
    watchFleet: os.watchFleet.handler(({ input, signal }) => monitoring.watchFleet(input.hostId, signal)),
    watchMachine: os.watchMachine.handler(({ input, signal }) =>
      monitoring.watchMachine(input.hostId, input.uuid, input.span, signal),
    ),
  })
}
