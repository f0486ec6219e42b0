import { implement } from '@orpc/server'
import { hosts as contract } from '@strata/contract/hosts.ts'

import type { EngineParts } from '../engine-parts.ts'
import { watchInventory } from '../hosts/inventory-stream.ts'
import { checkReadiness } from './readiness.ts'

export function hostsRouter({ hosts }: Pick<EngineParts, 'hosts'>) {
  const os = implement(contract)
  return os.router({
    watchInventory: os.watchInventory.handler(({ signal }) => watchInventory(hosts, { signal })),
    checkReadiness: os.checkReadiness.handler(({ input }) => checkReadiness(hosts.get(input.hostId))),
    reconnect: os.reconnect.handler(({ input }) => hosts.get(input.hostId).reconnect()),
  })
}
