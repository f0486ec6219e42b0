import { join } from 'node:path'

import type { FoundMedia, MediaSource } from '@strata/contract/create.ts'

import type { EngineParts } from '../engine-parts.ts'
import { downloadsFolder } from '../files/downloads-folder.ts'
import type { Host } from '../hosts/host.ts'
import { ownFiles } from '../hosts/place/own-files.ts'
import { inParallel } from '../hosts/in-parallel.ts'
import { imageIdOf } from '../images/placed-images.ts'
import { mayStayHere } from '../storage/read-media.ts'
import { listVolumes } from '../storage/list-volumes.ts'
import { StrataError, systemCodeOf } from '../strata-error.ts'
import { inspectMedia } from './media.ts'

const looksAtOnce = 4
const mostEntries = 20_000
const mostFiles = 200 // of each place: a folder of thousands is for the file chooser

const endings = ['.iso', '.qcow2', '.img', '.raw', '.vmdk', '.vdi', '.vhd', '.vhdx', '.ova', '.ovf']
const hasEnding = (name: string) => endings.some((ending) => name.toLowerCase().endsWith(ending))

/**
 * What machines can be made from and is here already: in the host's pools, and in the user's own folders. Bootable ISOs
 * first; disks that belong to a machine are left out.
 */
export async function findMedia(
  parts: Pick<EngineParts, 'catalogue'>,
  host: Host,
  homeDir: string,
): Promise<FoundMedia[]> {
  const sources = [
    ...(await inPools(host)),
    ...(mayStayHere(host) ? await inFolder(await downloadsFolder(homeDir)) : []),
  ]
  const found = await inParallel(sources, looksAtOnce, (source) =>
    inspectMedia(parts, host, source).catch(nullWhenNothing),
  )
  return withoutTwins(found.flatMap((media) => media?.found ?? [])).sort(byUse)
}

/** Not every file with such an ending is one, and files come and go; a lost host is told. */
function nullWhenNothing(error: unknown): null {
  if (error instanceof StrataError && (error.code === 'host-unreachable' || error.code === 'connection-lost'))
    throw error
  return null
}

async function inPools(host: Host): Promise<MediaSource[]> {
  const inUse = new Set(host.inventory.machines().flatMap(({ diskPaths }) => diskPaths))
  const pools = host.inventory.pools().filter(({ state }) => state === 'running')
  const lists = await inParallel(pools, looksAtOnce, (pool) =>
    host.slow(async (connection) => {
      const volumes = await listVolumes(await connection.storagePoolLookupByUUID(pool.uuid))
      const below = new Set(volumes.map(({ backingPath }) => backingPath))
      const isFree = ({ name, path }: (typeof volumes)[number]) =>
        name.toLowerCase().endsWith('.iso') || (!inUse.has(path) && !below.has(path) && imageIdOf(name) === null)
      const names = volumes.filter((volume) => hasEnding(volume.name) && isFree(volume)).map(({ name }) => name)
      return names.slice(0, mostFiles).map((name): MediaSource => ({ kind: 'volume', poolUuid: pool.uuid, name }))
    }),
  )
  return lists.flat()
}

async function inFolder(folder: string): Promise<MediaSource[]> {
  try {
    const names = (await ownFiles.list(folder, mostEntries)).map(({ name }) => name)
    return names
      .filter(hasEnding)
      .slice(0, mostFiles)
      .map((name): MediaSource => ({ kind: 'file', path: join(folder, name), use: 'in-place' }))
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return [] // no such folder, or not for this user
  }
}

/** A pool may be the very folder that is looked at. */
function withoutTwins(media: readonly FoundMedia[]): FoundMedia[] {
  const seen = new Set<string>()
  return media.filter(({ fileName, sizeBytes }) => {
    const key = `${sizeBytes}/${fileName}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const ranks: Readonly<Record<FoundMedia['content'], number>> = { iso: 0, 'disk-image': 1, appliance: 2, definition: 3 }
const byUse = (one: FoundMedia, other: FoundMedia) =>
  ranks[one.content] - ranks[other.content] ||
  Number(other.bootable) - Number(one.bootable) ||
  one.fileName.localeCompare(other.fileName)
