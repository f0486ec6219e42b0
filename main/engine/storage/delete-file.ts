import { dirname } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import { LibvirtError, type Connection, type StorageVolume } from 'node-libvirt'

import type { Host } from '../hosts/host.ts'
import { isLostAnswer, StrataError, systemCodeOf } from '../strata-error.ts'

/** Deletes an image: through its pool, which then knows of it; else as the file that it is. */
export async function deleteFile(host: Host, connection: Connection, path: string): Promise<void> {
  const volume = (await volumeAt(connection, path)) ?? (await volumeAfterRefresh(host, connection, path))
  if (volume !== null) return volume.delete()
  if (host.address.driver === 'test') return // there is no file
  const { files } = host
  if (files === null) {
    throw new StrataError('unsupported', say('storage.liesNoStoragePool', { path, host: host.label }))
  }
  // The name has bytes that are part of no character, and Node would remove the file that has U+FFFD in their place.
  if (/\p{Surrogate}/u.test(path)) {
    throw new StrataError('unsupported', say('storage.nameNotTextDeleted', { path }))
  }
  await files.remove(path).catch((error: unknown) => {
    if (systemCodeOf(error) !== 'ENOENT') throw error // gone already is what was wanted
  })
}

async function volumeAt(connection: Connection, path: string): Promise<StorageVolume | null> {
  try {
    return await connection.storageVolLookupByPath(path)
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-storage-vol') return null
    throw error
  }
}

/** The file may be newer than the pool's last look at its folder. */
async function volumeAfterRefresh(host: Host, connection: Connection, path: string): Promise<StorageVolume | null> {
  const pool = host.inventory.pools().find((each) => each.state === 'running' && each.path === dirname(path))
  if (pool === undefined) return null
  await (await connection.storagePoolLookupByUUID(pool.uuid)).refresh()
  return volumeAt(connection, path)
}

/** Deletes what can be deleted, and tells of all that could not. */
export async function deleteFiles(host: Host, connection: Connection, paths: readonly string[]): Promise<void> {
  const failures: { path: string; error: unknown }[] = []
  for (const path of paths)
    await deleteFile(host, connection, path).catch((error: unknown) => failures.push({ path, error }))
  await reloadPoolsOf(host, paths).catch((error: unknown) => {
    if (!isLostAnswer(error)) throw error // the picture is read anew when the host answers
  })
  if (failures.length === 0) return
  // Who may ask once more has to know that nothing was refused.
  const lost = failures.find(({ error }) => isLostAnswer(error))
  if (lost !== undefined) throw lost.error
  const detail = failures
    .map(({ path, error }) => `${path}: ${error instanceof Error ? error.message : String(error)}`)
    .join('\n')
  const names = failures.map(({ path }) => path).join(', ')
  throw new StrataError('internal', say('storage.filesCouldNotDeleted', { names }), {
    detail,
    cause: failures[0]?.error,
  })
}

/** The pools' sizes and volumes in the picture, after files in them changed. */
export async function reloadPoolsOf(host: Host, paths: readonly string[]): Promise<void> {
  const folders = new Set(paths.map((path) => dirname(path)))
  const pools = host.inventory.pools().filter((pool) => pool.path !== null && folders.has(pool.path))
  await Promise.all(pools.map((pool) => host.inventory.reloadPool(pool.uuid)))
}
