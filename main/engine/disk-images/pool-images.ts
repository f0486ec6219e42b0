import { opendir } from 'node:fs/promises'
import { join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../hosts/host.ts'
import { filesAreHere } from '../hosts/files-here.ts'
import { holdsFiles } from '../storage/file-pools.ts'
import { volumesByPath } from '../storage/list-volumes.ts'
import { systemCodeOf } from '../strata-error.ts'
import type { UnseenPlace } from './file-claim.ts'

/** An image that nobody has to have named: it lies where images lie. */
export interface LyingImage {
  readonly path: string
  /** As the pool said at its last look; null: nothing, or nobody was asked. */
  readonly backingPath: string | null
}

export interface LyingImages {
  readonly images: readonly LyingImage[]
  readonly unseen: readonly UnseenPlace[]
}

/** More files than any pool has: a folder of that many is looked at no further, and that is said. */
const mostFiles = 20_000

/** All images in the pools of a host: of those that run by libvirt, of those that are stopped by their folders. */
export async function imagesInPools(host: Host): Promise<LyingImages> {
  const volumes = await host.slow((connection) => volumesByPath(connection))
  const images: LyingImage[] = [...volumes.values()].map(({ path, backingPath }) => ({ path, backingPath }))
  const unseen: UnseenPlace[] = []
  if (!filesAreHere(host)) return { images, unseen }
  for (const pool of host.inventory.pools()) {
    if (pool.state === 'running' || pool.state === 'degraded' || pool.path === null || !holdsFiles(pool)) continue
    const found = await imagesInFolder(pool.path)
    images.push(...found.images)
    if (!found.isWhole)
      unseen.push({
        sentence: say('diskImages.storagePoolStoppedFolder', { pool: pool.name, path: pool.path }),
      })
  }
  return { images, unseen }
}

/** The plain files of a folder. A folder that is not there holds none. */
export async function imagesInFolder(folder: string): Promise<{ images: LyingImage[]; isWhole: boolean }> {
  const images: LyingImage[] = []
  try {
    for await (const entry of await opendir(folder)) {
      if (images.length >= mostFiles) return { images, isWhole: false }
      if (entry.isFile() || entry.isSymbolicLink()) images.push({ path: join(folder, entry.name), backingPath: null })
    }
    return { images, isWhole: true }
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === null) throw error
    return { images, isWhole: code === 'ENOENT' || code === 'ENOTDIR' }
  }
}
