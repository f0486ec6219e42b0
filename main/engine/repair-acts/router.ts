import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { runRepair } from './run-repair.ts'

export function repairsRouter(parts: EngineParts) {
  const os = implement(contract.repairs)
  return os.router({ run: os.run.handler(({ input }) => runRepair(parts, input)) })
}
