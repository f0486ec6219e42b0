import { join } from 'node:path'

import { say } from '@strata/contract/words/say.ts'

import type { Host } from '../hosts/host.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
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
  const { files } = host
  if (files === null) return { images, unseen }
  for (const pool of host.inventory.pools()) {
    if (pool.state === 'running' || pool.state === 'degraded' || pool.path === null || !holdsFiles(pool)) continue
    const found = await imagesInFolder(files, pool.path)
    images.push(...found.images)
    if (!found.isWhole)
      unseen.push({
        sentence: say('diskImages.storagePoolStoppedFolder', { pool: pool.name, path: pool.path }),
      })
  }
  return { images, unseen }
}

/** The plain files of a folder. A folder that is not there holds none. */
export async function imagesInFolder(
  files: HostFiles,
  folder: string,
): Promise<{ images: LyingImage[]; isWhole: boolean }> {
  try {
    const entries = await files.list(folder, mostFiles + 1)
    const images = entries
      .slice(0, mostFiles)
      .filter(({ kind }) => kind === 'file' || kind === 'link')
      .map(({ name }) => ({ path: join(folder, name), backingPath: null }))
    return { images, isWhole: entries.length <= mostFiles }
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === null) throw error
    return { images: [], isWhole: code === 'ENOENT' || code === 'ENOTDIR' }
  }
}
