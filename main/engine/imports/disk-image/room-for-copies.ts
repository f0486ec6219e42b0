import { statfs } from 'node:fs/promises'

import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../../hosts/host.ts'
import { StrataError } from '../../strata-error.ts'

/** A file system that is full to the last byte helps nobody. */
export const spareBytes = 64 * 1024 ** 2

/** Room for all copies, before the first of them is begun. @throws StrataError 'out-of-space' */
export async function refuseWhenFull(host: Host, pool: Pool, neededBytes: number): Promise<void> {
  const availableBytes = await host.slow(async (connection) => {
    const handle = await connection.storagePoolLookupByUUID(pool.uuid)
    await handle.refresh() // the free room is counted only then
    return (await handle.getInfo()).availableBytes
  })
  if (availableBytes >= neededBytes) return
  throw new StrataError(
    'out-of-space',
    say('imports.copyTakesStoragePool', { needed: neededBytes, pool: pool.name, available: availableBytes }),
    { field: 'poolUuid' },
  )
}

/** The same for what lies in the cache of this computer on its way. */
export async function refuseWhenDiskIsFull(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= neededBytes + spareBytes) return
  throw new StrataError(
    'out-of-space',
    say('imports.imageConvertedComputerFirst', { needed: neededBytes, folder, bavail: bavail * bsize }),
    { field: 'source' },
  )
}
