import { contract } from '@strata/contract/index.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'

/** What is taken back is the machines' own matter; `undo` knows it. */
export function historyRouter(
  { history }: Pick<EngineParts, 'history'>,
  undo: (machine: MachineRef, entryId: string) => Promise<void>,
) {
  const os = implement(contract.history)
  return os.router({
    list: os.list.handler(({ input }) => history.list(input)),
    undo: os.undo.handler(({ input }) => undo(input, input.entryId)),
  })
}
