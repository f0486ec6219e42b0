import type { Pool } from '@strata/contract/storage.ts'

import { byteText } from '../../byte-text.ts'
import type { Host } from '../../hosts/host.ts'
import { defaultPoolFolder } from '../../storage/default-pool.ts'
import { bestPool, isOwnPoolMissing } from '../form/own-pool.ts'

export interface ProposedPool {
  readonly pool: Pool | null
  readonly reason: string
}

/** A user's daemon has no pool at first: it gets one with its first machine. The system's is asked for. */
export function proposePool(host: Host): ProposedPool {
  const known = bestPool(host)
  if (known !== null) return { pool: known, reason: `${byteText(known.availableBytes)} are free there.` }
  if (!isOwnPoolMissing(host)) return { pool: null, reason: 'There is no active pool yet that can hold images.' }
  const folder = defaultPoolFolder(host) ?? ''
  return { pool: null, reason: `There is no pool yet: one is made in ${folder}, with the machine.` }
}
