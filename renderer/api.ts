import { createORPCClient, DynamicLink, type ClientContext } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '@strata/contract/index.ts'

import { EngineLostError, openLine, type EngineLine } from './engine-link.ts'

export type Api = ContractRouterClient<typeof contract>

/** Rejects when the line ends before the work does: a call on a closed port would wait forever. */
function whileOpen<T>(line: EngineLine, work: Promise<T>): Promise<T> {
  const lost = line.closed.then((): never => {
    throw new EngineLostError('The connection to Strata’s engine was lost before it answered.')
  })
  return Promise.race([work, lost])
}

const link = new DynamicLink<ClientContext>(async () => {
  const line = await openLine()
  return { call: (path, input, options) => whileOpen(line, line.link.call(path, input, options)) }
})

/** The engine, as the contract describes it. Everything the renderer asks goes through here. */
export const api: Api = createORPCClient(link)
