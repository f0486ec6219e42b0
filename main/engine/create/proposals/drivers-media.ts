import { join } from 'node:path'

import type { MediaSource } from '@strata/contract/create.ts'

import { downloadsFolder } from '../../files/downloads-folder.ts'
import type { Host } from '../../hosts/host.ts'
import { orNull } from '../../hosts/place/files-of.ts'
import type { HostFiles } from '../../hosts/place/host-files.ts'
import { closedWay } from '../../repairs/file-reach.ts'

/** Where their makers publish them. */
export const driversPage = 'https://github.com/virtio-win/virtio-win-pkg-scripts'

const driversName = /^virtio-win.*\.iso$/i
/** Where packages of some systems put them. */
const packagedFolder = '/usr/share/virtio-win'

/** The CD with virtio's drivers for Windows, the newest of those that are here; null: none is. */
export async function findDriversMedia(host: Host, homeDir: string): Promise<MediaSource | null> {
  return (await inPools(host)) ?? (host.files?.sharesPaths === true ? inFolders(host, host.files, homeDir) : null)
}

async function inPools(host: Host): Promise<MediaSource | null> {
  const running = host.inventory.pools().filter(({ state }) => state === 'running')
  const lists = await Promise.all(
    running.map(({ uuid }) =>
      host.slow(async (connection) => (await connection.storagePoolLookupByUUID(uuid)).listAllVolumes()),
    ),
  )
  const found = running.flatMap(({ uuid }, index) =>
    (lists[index] ?? []).map(({ name }) => ({ kind: 'volume' as const, poolUuid: uuid, name })),
  )
  return newest(found.filter(({ name }) => driversName.test(name)))
}

async function inFolders(host: Host, files: HostFiles, homeDir: string): Promise<MediaSource | null> {
  const folders = [await downloadsFolder(homeDir), packagedFolder]
  const lists = await Promise.all(folders.map((folder) => namesIn(files, folder)))
  const found = newest(
    folders.flatMap((folder, index) =>
      (lists[index] ?? []).filter((name) => driversName.test(name)).map((name) => ({ name, path: join(folder, name) })),
    ),
  )
  if (found === null) return null
  // One that the machine could not read is of no use to it.
  const closed = await closedWay(host, found.path, 'read')
  return closed === null ? { kind: 'file', path: found.path, use: 'in-place' } : null
}

/** Names carry the version: 'virtio-win-0.1.271.iso'. */
function newest<T extends { readonly name: string }>(found: readonly T[]): T | null {
  return [...found].sort((one, other) => other.name.localeCompare(one.name, 'en', { numeric: true }))[0] ?? null
}

const mostEntries = 20_000

/** None where there is no such folder, or it is not for this user. */
async function namesIn(files: HostFiles, folder: string): Promise<string[]> {
  return ((await orNull(files.list(folder, mostEntries))) ?? []).map(({ name }) => name)
}
