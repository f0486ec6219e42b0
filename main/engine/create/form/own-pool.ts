import type { Pool } from '@strata/contract/storage.ts'

import { virsh } from '../../definitions/terminal-lines.ts'
import type { Host } from '../../hosts/host.ts'
import { realScope } from '../../hosts/place/host-address.ts'
import { defaultPoolFolder, makeDefaultPool, requireDefaultPoolFolder } from '../../storage/default-pool.ts'
import { holdsFiles } from '../../storage/file-pools.ts'

/** libvirt's own default, else the one with the most room, of those that images can be made in now; null: there is none. */
export function bestPool(host: Host): Pool | null {
  const usable = host.inventory
    .pools()
    .filter((pool) => holdsFiles(pool) && (pool.state === 'running' || pool.state === 'degraded'))
  const byRoom = [...usable].sort((one, other) => other.availableBytes - one.availableBytes)
  return byRoom.find(({ name }) => name === 'default') ?? byRoom[0] ?? null
}

/** A daemon of the user's own that has no pool at all: there it is made with the first machine, without a question. */
export const isOwnPoolMissing = (host: Host) =>
  realScope(host.address) === 'session' && host.inventory.pools().length === 0 && defaultPoolFolder(host) !== null

export interface OwnPool {
  readonly uuid: string
  /** The same in a terminal; none where it was there. */
  readonly commands: readonly string[]
}

/** Makes the user's own pool where there is none yet. It stays, whatever becomes of the machine: the next one has it. */
export async function ownPool(host: Host): Promise<OwnPool> {
  const known = bestPool(host)
  if (known !== null) return { uuid: known.uuid, commands: [] }
  const folder = requireDefaultPoolFolder(host)
  const uuid = await makeDefaultPool(host, folder)
  const line = (...words: readonly string[]) => virsh(host.uri, ...words)
  return {
    uuid,
    commands: [
      line('pool-define-as', 'default', 'dir', '--target', folder),
      ...['pool-build', 'pool-start', 'pool-autostart'].map((verb) => line(verb, 'default')),
    ],
  }
}
