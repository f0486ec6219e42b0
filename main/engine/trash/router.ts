import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'

export function trashRouter({ trash }: EngineParts) {
  const os = implement(contract.trash)
  return os.router({
    list: os.list.handler(() => trash.show()),
    putBack: os.putBack.handler(({ input }) => trash.putBack(input.id)),
    purge: os.purge.handler(({ input }) => trash.purge(input.id, input.unseen)),
  })
}
