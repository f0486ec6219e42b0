import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'

export function historyRouter({ history }: Pick<EngineParts, 'history'>) {
  const os = implement(contract.history)
  return os.router({ list: os.list.handler(({ input }) => history.list(input)) })
}
