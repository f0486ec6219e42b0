import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { trashedMachineOf } from './trash-entry.ts'

export function trashRouter({ trash }: EngineParts) {
  const os = implement(contract.trash)
  return os.router({
    list: os.list.handler(async () => (await trash.list()).map(trashedMachineOf)),
    putBack: os.putBack.handler(({ input }) => trash.putBack(input.id)),
    purge: os.purge.handler(({ input }) => trash.purge(input.id)),
  })
}
