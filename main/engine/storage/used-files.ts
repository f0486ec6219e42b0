import { realpath } from 'node:fs/promises'

import { LibvirtError, type Connection } from 'node-libvirt'

import type { Host } from '../hosts/host.ts'
import { systemCodeOf } from '../strata-error.ts'
import { readImageHeader } from './image-header.ts'
import { listVolumes } from './list-volumes.ts'

/** The volumes of all running pools, by path. */
export async function volumesByPath(
  connection: Connection,
): Promise<Map<string, Awaited<ReturnType<typeof listVolumes>>[number]>> {
  const pools = await connection.listAllStoragePools(['active'])
  const lists = await Promise.all(pools.map((pool) => listVolumes(pool).catch(noneIfGone)))
  return new Map(lists.flat().map((volume) => [volume.path, volume]))
}

/** A pool may be stopped or undefined while we look; what it held is then not known, as of any inactive pool. */
function noneIfGone(error: unknown): [] {
  if (error instanceof LibvirtError && (error.code === 'no-storage-pool' || error.code === 'operation-invalid'))
    return []
  throw error
}

/** Whether the host's files are those of this computer. The test driver's are none at all: its paths must never be touched. */
export const filesAreHere = ({ kind }: Pick<Host, 'kind'>) => kind === 'session' || kind === 'system'

/** A path without links, where it can be followed from here; else as it is. */
export async function canonicalPath(host: Pick<Host, 'kind'>, path: string): Promise<string> {
  if (!filesAreHere(host)) return path
  return realpath(path).catch((error: unknown) => {
    if (systemCodeOf(error) === null) throw error
    return path // not there, or in a folder that this user may not enter: libvirt's own spelling is all there is
  })
}

/**
 * The image below a qcow2 image, from its own header: for files that lie in no pool.
 * Null: there is none, it is another format, or the file cannot be read from here.
 */
export async function readBackingPath(path: string): Promise<string | null> {
  return (await readImageHeader(path))?.backing?.path ?? null
}
