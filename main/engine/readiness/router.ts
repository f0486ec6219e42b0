import { implement } from '@orpc/server'
import { hosts as contract } from '@strata/contract/hosts.ts'

import type { EngineParts } from '../engine-parts.ts'
import { watchInventory } from '../hosts/inventory-stream.ts'
import { checkReadiness } from './readiness.ts'

export function hostsRouter({ hosts, addedHosts }: Pick<EngineParts, 'hosts' | 'addedHosts'>) {
  const os = implement(contract)
  return os.router({
    watchInventory: os.watchInventory.handler(({ signal }) => watchInventory(hosts, { signal })),
    checkReadiness: os.checkReadiness.handler(({ input }) => checkReadiness(hosts.get(input.hostId))),
    reconnect: os.reconnect.handler(({ input }) => hosts.get(input.hostId).reconnect()),
    tryAddress: os.tryAddress.handler(({ input }) => addedHosts.try(input.uri)),
    add: os.add.handler(async ({ input }) => ({ hostId: await addedHosts.add(input.uri, input.label) })),
    rename: os.rename.handler(({ input }) => addedHosts.rename(input.hostId, input.label)),
    remove: os.remove.handler(({ input }) => addedHosts.remove(input.hostId)),
  })
}
