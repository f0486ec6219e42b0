import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'

import { repairs } from '../../repairs/offered.ts'
import type { HostThings } from './check-place.ts'
import { holdsFiles } from '../../storage/file-pools.ts'
import { stopping, type Finding, type PartialForm } from './findings.ts'

/** A new image's own tables, and the first blocks that a system writes. */
const leastRoomBytes = 16 * 1024 ** 2

type Part = Pick<Finding, 'field' | 'part'>

/** The pool of the machine's own disk. */
export function checkPool({ poolUuid }: PartialForm, things: HostThings): Finding[] {
  const at = { field: 'poolUuid', part: null } as const
  if (poolUuid != null) return checkOnePool(poolUuid, at, things)
  const { pools, hostLabel, host, defaultPoolFolder, isSession } = things
  if (pools.some(holdsFiles)) return []
  // It is made with the machine.
  if (poolUuid === null && isSession && pools.length === 0 && defaultPoolFolder !== null) return []
  const offered = defaultPoolFolder === null ? [] : [repairs.makeDefaultPool(host.id, defaultPoolFolder)]
  return [
    stopping('poolUuid', 'not-found', say('create.noStoragePoolYet', { hostLabel }), {
      repairs: offered,
    }),
  ]
}

/** Whether an image can be made there at all. @param at what of the form names the pool */
export function checkOnePool(poolUuid: string, { field, part }: Part, things: HostThings): Finding[] {
  const { pools, host, hostLabel } = things
  const pool = pools.find(({ uuid }) => uuid === poolUuid)
  if (pool === undefined)
    return [stopping(field, 'not-found', say('create.storagePoolNotAny', { hostLabel }), { part })]
  if (!isActive(pool)) {
    return [
      stopping(field, 'wrong-state', say('create.storagePoolNotActive', { pool: pool.name }), {
        part,
        repairs: [repairs.startPool(host.id, pool)],
      }),
    ]
  }
  if (!holdsFiles(pool))
    return [stopping(field, 'unsupported', say('create.storagePoolCannotHold', { pool: pool.name }), { part })]
  if (pool.availableBytes >= leastRoomBytes) return []
  const free = pool.availableBytes
  return [stopping(field, 'out-of-space', say('create.storagePoolFullFree', { pool: pool.name, free }), { part })]
}

export const isActive = ({ state }: Pick<Pool, 'state'>) => state !== 'inactive' && state !== 'inaccessible'
