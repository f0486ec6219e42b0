import { dirname } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Connection } from 'node-libvirt'

import type { Host } from '../hosts/host.ts'
import { StrataError, toStrataError } from '../strata-error.ts'

/** Less than this left is full: images grow by clusters, and file systems keep a rest for themselves. */
const fullBelowBytes = 1024 ** 2

/**
 * What a failed write was. libvirt has no code for a full disk (its number is the one for any system error, the rest is
 * text), so the pool itself is asked how much is left.
 */
export async function explainWrite(
  error: unknown,
  host: Host,
  connection: Connection,
  poolUuid: string,
  sentence: Said,
  neededBytes = 0,
): Promise<StrataError> {
  const known = toStrataError(error, sentence)
  if (known.code !== 'internal') return known
  const availableBytes = await available(connection, poolUuid)
  if (availableBytes === null || availableBytes >= Math.max(fullBelowBytes, neededBytes)) return known
  const name = host.inventory.pool(poolUuid)?.name ?? say('storage.ofTheDisk')
  return new StrataError('out-of-space', say('storage.thereNoRoomLeft', { sentence, name }), {
    cause: error,
  })
}

/** The pool whose folder the file lies in. */
export const poolOfFile = (host: Host, path: string) =>
  host.inventory.pools().find((pool) => pool.path === dirname(path))

/** Null: it cannot be asked now; then what failed stays as it was told. */
async function available(connection: Connection, poolUuid: string): Promise<number | null> {
  try {
    const pool = await connection.storagePoolLookupByUUID(poolUuid)
    await pool.refresh() // the free room is counted only then
    return (await pool.getInfo()).availableBytes
  } catch {
    return null
  }
}
