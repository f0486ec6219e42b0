import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { FoundMedia, MediaSource } from '@strata/contract/create.ts'

import type { Host } from '../hosts/host.ts'
import { inParallel } from '../hosts/in-parallel.ts'
import { downloadsFolder } from '../files/downloads-folder.ts'
import { StrataError, systemCodeOf } from '../strata-error.ts'
import { inspectMedia } from './media.ts'

const looksAtOnce = 4
const mostFiles = 200 // of each place: a folder of thousands is for the file chooser

/** The ISOs that are already here: in the host's pools, and in the user's own folders. Bootable ones first. */
export async function findMedia(host: Host, homeDir: string): Promise<FoundMedia[]> {
  const sources = [...(await inPools(host)), ...(host.isLocal ? await inFolders(await downloadsFolder(homeDir)) : [])]
  const found = await inParallel(sources, looksAtOnce, (source) => inspectMedia(host, source).catch(nullWhenNoIso))
  return withoutTwins(found.flatMap((media) => media?.found ?? [])).sort(byUse)
}

/** Not every file with that ending is one, and files come and go; a lost host is told. */
function nullWhenNoIso(error: unknown): null {
  if (error instanceof StrataError && (error.code === 'host-unreachable' || error.code === 'connection-lost'))
    throw error
  return null
}

const isIsoName = (name: string) => name.toLowerCase().endsWith('.iso')

async function inPools(host: Host): Promise<MediaSource[]> {
  const pools = host.inventory.pools().filter(({ state }) => state === 'running')
  const lists = await inParallel(pools, looksAtOnce, (pool) =>
    host.slow(async (connection) => {
      const volumes = await (await connection.storagePoolLookupByUUID(pool.uuid)).listAllVolumes()
      const names = volumes.map(({ name }) => name).filter(isIsoName)
      return names.slice(0, mostFiles).map((name): MediaSource => ({ kind: 'volume', poolUuid: pool.uuid, name }))
    }),
  )
  return lists.flat()
}

async function inFolders(folder: string): Promise<MediaSource[]> {
  try {
    const names = (await readdir(folder)).filter(isIsoName)
    return names
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

const byUse = (one: FoundMedia, other: FoundMedia) =>
  Number(other.bootable) - Number(one.bootable) || one.fileName.localeCompare(other.fileName)
