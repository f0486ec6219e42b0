import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../engine-parts.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { poolTurn } from './image-library.ts'
import { imageUsers } from './image-users.ts'
import { placedImages } from './placed-images.ts'

export interface ImageInPool {
  readonly hostId: string
  readonly imageId: string
  readonly poolUuid: string
}

/** Deletes what nothing is built on; refuses, with the users' names, when something is built on all of it. */
export async function removeImage(
  parts: Pick<EngineParts, 'hosts' | 'images' | 'fileUsers'>,
  wanted: ImageInPool,
): Promise<void> {
  const { hostId, imageId, poolUuid } = wanted
  const host = parts.hosts.get(hostId)
  const pool = host.inventory.requirePool(poolUuid)
  const work = () =>
    host.slow(async (connection) => {
      const placed = (await placedImages(connection)).filter(
        (each) => each.imageId === imageId && each.poolUuid === poolUuid,
      )
      if (placed.length === 0)
        throw new StrataError('not-found', say('images.imageNotStoragePool', { imageId, pool: pool.name }))
      const paths = placed.map(({ path }) => path)
      const { byPath, unseen } = await imageUsers(parts.fileUsers, host, paths)
      if (unseen !== null) throw new StrataError('busy', say('images.imageStaysWhoNeeds', { imageId, unseen }))
      const unused = placed.filter(({ path }) => byPath.get(path)?.length === 0)
      if (unused.length === 0) throw inUse(imageId, [...new Set(paths.flatMap((path) => byPath.get(path) ?? []))])
      const handle = await connection.storagePoolLookupByUUID(poolUuid)
      for (const { volumeName } of unused) await (await handle.storageVolLookupByName(volumeName)).delete()
    })
  try {
    // A machine that is being made from it must not find it gone between its look and its overlay.
    await parts.images.inTurn(poolTurn(wanted), work)
  } catch (error) {
    throw toStrataError(error, say('images.imageCouldNotDeleted', { imageId }))
  } finally {
    await host.inventory.reloadPool(poolUuid)
  }
}

function inUse(imageId: string, users: readonly string[]): StrataError {
  const names = users.map((name) => `“${name}”`).join(', ')
  return new StrataError('busy', say('images.imageStaysBuiltDelete', { imageId, names }))
}
