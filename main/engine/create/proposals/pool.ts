import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../../hosts/host.ts'
import { realScope } from '../../hosts/place/host-address.ts'
import { makeDefaultPool, requireDefaultPoolFolder } from '../../storage/default-pool.ts'
import { holdsFiles } from '../../storage/file-pools.ts'

export interface ProposedPool {
  readonly pool: Pool | null
  readonly reason: Said
}

/** Pools that are being made: a page asks several times at once. */
const making = new WeakMap<Host, Promise<string>>()

/** A user's daemon has no pool at first: it gets one, as nothing could be made without. The system's is asked for. */
export async function proposePool(host: Host): Promise<ProposedPool> {
  const usable = () =>
    host.inventory.pools().filter((pool) => holdsFiles(pool) && (pool.state === 'running' || pool.state === 'degraded'))
  const known = bestPool(usable())
  if (known !== null) return { pool: known, reason: say('create.freeThere', { available: known.availableBytes }) }
  const inHand = making.get(host)
  if (inHand === undefined && (realScope(host.address) !== 'session' || host.inventory.pools().length > 0))
    return { pool: null, reason: say('create.thereNoActivePool') }
  const folder = requireDefaultPoolFolder(host)
  const uuid = await (inHand ?? makeOnce(host, folder))
  return { pool: host.inventory.pool(uuid), reason: say('create.thereNoPoolYet', { folder }) }
}

function makeOnce(host: Host, folder: string): Promise<string> {
  const work = makeDefaultPool(host, folder).finally(() => making.delete(host))
  making.set(host, work)
  return work
}

/** libvirt's own default, else the one with the most room. */
function bestPool(pools: readonly Pool[]): Pool | null {
  const byRoom = [...pools].sort((one, other) => other.availableBytes - one.availableBytes)
  return byRoom.find(({ name }) => name === 'default') ?? byRoom[0] ?? null
}
