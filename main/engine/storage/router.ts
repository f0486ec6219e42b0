import { contract } from '@strata/contract/index.ts'
import { say } from '@strata/contract/words/say.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { toStrataError } from '../strata-error.ts'
import { listVolumes } from './list-volumes.ts'

export function storageRouter({ hosts }: EngineParts) {
  const os = implement(contract.storage)
  return os.router({
    listVolumes: os.listVolumes.handler(async ({ input, signal }) => {
      const host = hosts.get(input.hostId)
      const { name } = host.inventory.requirePool(input.poolUuid)
      return host
        .slow(
          async (connection) => listVolumes(await connection.storagePoolLookupByUUID(input.poolUuid)),
          signal && { signal },
        )
        .catch((error: unknown) => {
          throw toStrataError(error, say('storage.volumesPoolCouldNot', { name }))
        })
    }),
  })
}
