import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../../hosts/host.ts'
import { defaultPoolFolder } from '../../storage/default-pool.ts'
import { bestPool, isOwnPoolMissing } from '../form/own-pool.ts'

export interface ProposedPool {
  readonly pool: Pool | null
  readonly reason: Said
}

/** A user's daemon has no pool at first: it gets one with its first machine. The system's is asked for. */
export function proposePool(host: Host): ProposedPool {
  const known = bestPool(host)
  if (known !== null) return { pool: known, reason: say('create.freeThere', { available: known.availableBytes }) }
  if (!isOwnPoolMissing(host)) return { pool: null, reason: say('create.thereNoActivePool') }
  return { pool: null, reason: say('create.thereNoPoolYet', { folder: defaultPoolFolder(host) ?? '' }) }
}
