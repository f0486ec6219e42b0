import { basename, dirname } from 'node:path'

import type { FoundMedia, MediaSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import { LibvirtError, type Connection, type StorageVolume } from 'node-libvirt'
import { StorageVolumeXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { withLocalFile } from '../this-computer/local-file.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import type { ReadAt } from '../read-at.ts'

/** A file or volume that is open to be read. */
export interface OpenMedia {
  readonly readAt: ReadAt
  readonly place: Pick<FoundMedia, 'source' | 'fileName' | 'place' | 'sizeBytes'>
}

/** Opens a medium where it lies for as long as the work takes. @throws StrataError with the field 'source' */
export function withMedia<T>(host: Host, media: MediaSource, work: (media: OpenMedia) => Promise<T>): Promise<T> {
  return media.kind === 'file' ? withFile(host, media, work) : withVolume(host, media, work)
}

/** Whether a machine of the host can have a file of this computer where it lies; the test driver opens nothing. */
export const mayStayHere = ({ files, address }: Pick<Host, 'files' | 'address'>) =>
  files?.sharesPaths === true || address.driver === 'test'

async function withFile<T>(
  host: Host,
  media: Extract<MediaSource, { kind: 'file' }>,
  work: (media: OpenMedia) => Promise<T>,
): Promise<T> {
  if (media.use === 'in-place' && !mayStayHere(host)) {
    throw new StrataError('unsupported', say('storage.fileComputerCannotUsed', { host: host.label }), {
      field: 'source',
    })
  }
  return withLocalFile(media.path, 'source', ({ path, sizeBytes, readAt }) =>
    work({ readAt, place: { source: { ...media, path }, fileName: basename(path), place: dirname(path), sizeBytes } }),
  )
}

async function withVolume<T>(
  host: Host,
  media: Extract<MediaSource, { kind: 'volume' }>,
  work: (media: OpenMedia) => Promise<T>,
): Promise<T> {
  const pool = host.inventory.requirePool(media.poolUuid)
  return host.slow(async (connection) => {
    const volume = await volumeOf(connection, media)
    const { capacityBytes, allocationBytes } = await volume.getInfo()
    // Of an image the capacity is what a guest sees; the file itself is what is read.
    const { format } = await describeVolume(volume)
    const sizeBytes = format === null || format === 'raw' || format === 'iso' ? capacityBytes : allocationBytes
    const readAt: ReadAt = (offset, length) =>
      readRange(volume, offset, Math.min(length, Math.max(0, sizeBytes - offset)))
    return work({ readAt, place: { source: media, fileName: media.name, place: pool.name, sizeBytes } })
  })
}

/** @param field that names the image in the form */
export async function volumeOf(
  connection: Connection,
  { poolUuid, name }: { poolUuid: string; name: string },
  field = 'source',
): Promise<StorageVolume> {
  try {
    return await (await connection.storagePoolLookupByUUID(poolUuid)).storageVolLookupByName(name)
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-storage-vol') {
      throw new StrataError('not-found', say('storage.imageNotStoragePool', { name }), {
        field,
        cause: error,
      })
    }
    throw toStrataError(error, say('storage.imageCouldNotFound', { name }))
  }
}

/** Where a volume lies on its host, and what it is. */
export async function describeVolume(volume: StorageVolume): Promise<{ path: string; format: string | null }> {
  const { target } = StorageVolumeXml.parse(await volume.getXMLDesc())
  return { path: target.path ?? volume.key, format: target.format }
}

async function readRange(volume: StorageVolume, offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
  if (lengthBytes === 0) return new Uint8Array(0) // a length of 0 would ask for all
  const chunks: Uint8Array[] = []
  for await (const chunk of volume.download({ offsetBytes, lengthBytes }))
    if (chunk instanceof Uint8Array) chunks.push(chunk)
  return Buffer.concat(chunks)
}
