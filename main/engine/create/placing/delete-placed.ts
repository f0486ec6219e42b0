import { dirname } from 'node:path'

import type { Connection } from 'node-libvirt'

import type { Host } from '../../hosts/host.ts'
import { placedVolume, type PlacedFile } from '../../storage/placed-files.ts'

/** Deletes what Strata placed, through its pools; gives what is left: what could not be deleted, or is another file by now. */
export async function deletePlaced(
  host: Host,
  connection: Connection,
  files: readonly PlacedFile[],
): Promise<PlacedFile[]> {
  const left: PlacedFile[] = []
  for (const file of files) {
    try {
      await (await placedVolume(host, connection, file))?.delete()
    } catch (error) {
      host.log.warn({ err: error, path: file.path }, 'a file of an installation could not be deleted')
      left.push(file)
    }
  }
  const folders = new Set(files.map(({ path }) => dirname(path)))
  const pools = host.inventory.pools().filter((pool) => pool.path !== null && folders.has(pool.path))
  await Promise.all(pools.map((pool) => host.inventory.reloadPool(pool.uuid)))
  return left
}
