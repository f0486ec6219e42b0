import type { CloudImage } from '@strata/contract/images.ts'
import type { Pool } from '@strata/contract/storage.ts'

const FOLDERS: ReadonlySet<string> = new Set(['dir', 'fs', 'netfs'])

/**
 * The pools that an image can lie in, the most fitting first: where images lie already, then the one that libvirt
 * calls its default, then where there is most room.
 */
export function imagePools(pools: readonly Pool[], images: readonly CloudImage[]): readonly Pool[] {
  const holding = new Set(images.map(({ poolUuid }) => poolUuid))
  const fitness = (pool: Pool) => (holding.has(pool.uuid) ? 2 : 0) + (pool.name === 'default' ? 1 : 0)
  return pools
    .filter(({ type, state }) => FOLDERS.has(type) && state === 'running')
    .sort((one, other) => fitness(other) - fitness(one) || other.availableBytes - one.availableBytes)
}
