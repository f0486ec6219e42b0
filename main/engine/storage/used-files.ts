import { open, realpath } from 'node:fs/promises'
import { resolve, dirname } from 'node:path'

import { LibvirtError, type Connection } from 'node-libvirt'

import type { Host } from '../hosts/host.ts'
import { systemCodeOf } from '../strata-error.ts'
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

const qcow2Magic = 0x51_46_49_fb
const longestBackingName = 1023 // by the format's definition

/**
 * The image below a qcow2 image, from its own header: for files that lie in no pool.
 * Null: there is none, it is another format, or the file cannot be read from here.
 */
export async function readBackingPath(path: string): Promise<string | null> {
  const file = await open(path).catch((error: unknown) => {
    if (systemCodeOf(error) === null) throw error
    return null
  })
  if (file === null) return null
  try {
    const header = Buffer.alloc(20)
    const { bytesRead } = await file.read(header, 0, 20, 0)
    if (bytesRead < 20 || header.readUInt32BE(0) !== qcow2Magic) return null
    const offset = Number(header.readBigUInt64BE(8))
    const length = header.readUInt32BE(16)
    if (offset === 0 || length === 0 || length > longestBackingName || !Number.isSafeInteger(offset)) return null
    const name = Buffer.alloc(length)
    if ((await file.read(name, 0, length, offset)).bytesRead < length) return null
    return plainPath(name.toString('utf8'), path)
  } finally {
    await file.close()
  }
}

/** QEMU writes a path that may be relative to the image, or a URI of its own kinds; only paths are of interest. */
function plainPath(name: string, imagePath: string): string | null {
  if (name.startsWith('json:')) return null
  if (/^[a-z][a-z0-9+.-]*:/i.test(name) && !name.startsWith('file:')) return null
  return resolve(dirname(imagePath), name.replace(/^file:(\/\/)?/, ''))
}
