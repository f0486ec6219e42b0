import { join } from 'node:path'

import type { FoundMedia, MediaSource } from '@strata/contract/create.ts'

import type { EngineParts } from '../engine-parts.ts'
import { downloadsFolder } from '../files/downloads-folder.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import type { Host } from '../hosts/host.ts'
import { ownFiles } from '../hosts/place/own-files.ts'
import { inParallel } from '../hosts/in-parallel.ts'
import { mayStayHere } from '../storage/read-media.ts'
import { listVolumes } from '../storage/list-volumes.ts'
import { StrataError, systemCodeOf } from '../strata-error.ts'
import { inspectMedia } from './media.ts'

const looksAtOnce = 4
const mostEntries = 20_000
const mostFiles = 200 // of each place: a folder of thousands is for the file chooser

const endings = ['.iso', '.qcow2', '.img', '.raw', '.vmdk', '.vdi', '.vhd', '.vhdx', '.ova', '.ovf']
const isDisc = (name: string) => name.toLowerCase().endsWith('.iso')
const hasEnding = (name: string) => endings.some((ending) => name.toLowerCase().endsWith(ending))

/**
 * What machines can be made from and is here already: in the host's pools, and in the user's own folders. Bootable ISOs
 * first; what somebody needs is left out, except for discs, which many may read.
 */
export async function findMedia(
  parts: Pick<EngineParts, 'catalogue' | 'fileUsers'>,
  host: Host,
  homeDir: string,
): Promise<FoundMedia[]> {
  const sources = [
    ...(await inPools(parts.fileUsers, host)),
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

async function inPools(fileUsers: FileUsers, host: Host): Promise<MediaSource[]> {
  const uses = await fileUsers.ask({ host, paths: [] })
  const pools = host.inventory.pools().filter(({ state }) => state === 'running')
  const lists = await inParallel(pools, looksAtOnce, (pool) =>
    host.slow(async (connection) => {
      const volumes = await listVolumes(await connection.storagePoolLookupByUUID(pool.uuid))
      const names: string[] = []
      for (const { name, path } of volumes) {
        if (names.length === mostFiles) break
        if (hasEnding(name) && (isDisc(name) || (await uses.of(path)).length === 0)) names.push(name)
      }
      return names.map((name): MediaSource => ({ kind: 'volume', poolUuid: pool.uuid, name }))
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
