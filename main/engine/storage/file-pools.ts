import type { Pool } from '@strata/contract/storage.ts'

/** Pools whose volumes are files in a folder, where a qcow2 image can be. */
export const holdsFiles = (pool: Pick<Pool, 'type'>) => ['dir', 'fs', 'netfs'].includes(pool.type)
