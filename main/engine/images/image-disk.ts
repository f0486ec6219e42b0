import type { CreationFinding } from '@strata/contract/create.ts'
import type { CloudImage } from '@strata/contract/images.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Connection, StorageVolume } from 'node-libvirt'

import { makeVolume } from '../storage/place-media.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { explainWrite } from '../storage/out-of-space.ts'
import { StrataError } from '../strata-error.ts'
import { poolTurn } from './image-library.ts'
import type { PlacedImage } from './placed-images.ts'

export interface DiskFromImage {
  readonly poolUuid: string
  /** Of the new volume. */
  readonly name: string
  readonly diskBytes: number
}

type Parts = Pick<EngineParts, 'images'>

/** A new disk that keeps only what differs from the image, which must then stay. @returns its path */
export function makeOverlay(
  parts: Parts,
  host: Host,
  base: PlacedImage,
  wanted: DiskFromImage,
  job: JobControl,
): Promise<string> {
  return onPool(parts, host, base, wanted, async (connection) => {
    const pool = await connection.storagePoolLookupByUUID(wanted.poolUuid)
    const backing = { path: base.path, format: 'qcow2' as const }
    const volume = await makeVolume(pool, { ...newVolume(host, wanted), backing }, job)
    return volume.getPath()
  })
}

/**
 * A new disk with all that is in the image, which may then go. libvirt cannot stop in the middle of copying: a cancel takes
 * effect when it is done. @returns its path
 */
export function makeFullCopy(
  parts: Parts,
  host: Host,
  base: PlacedImage,
  wanted: DiskFromImage,
  job: JobControl,
): Promise<string> {
  return onPool(parts, host, base, wanted, async (connection) => {
    const pool = await connection.storagePoolLookupByUUID(wanted.poolUuid)
    const content = await volumeOf(connection, base)
    const volume = await makeVolume(pool, newVolume(host, wanted), job, content)
    job.signal.throwIfAborted()
    if ((await volume.getInfo()).capacityBytes < wanted.diskBytes) await volume.resize(wanted.diskBytes)
    return volume.getPath()
  })
}

const newVolume = (host: Host, { poolUuid, name, diskBytes }: DiskFromImage) => ({
  hostId: host.id,
  poolUuid,
  name,
  format: 'qcow2' as const,
  capacityBytes: diskBytes,
})

async function volumeOf(connection: Connection, { poolUuid, volumeName }: PlacedImage): Promise<StorageVolume> {
  return (await connection.storagePoolLookupByUUID(poolUuid)).storageVolLookupByName(volumeName)
}

/** In the image's turn, so that it is not deleted meanwhile; on a connection of its own, as copying takes long. */
async function onPool(
  { images }: Parts,
  host: Host,
  base: PlacedImage,
  wanted: DiskFromImage,
  work: (connection: Connection) => Promise<string>,
): Promise<string> {
  const { name, poolUuid, diskBytes } = wanted
  if (diskBytes < base.capacityBytes)
    throw new StrataError('invalid-input', tooSmall(base.capacityBytes), { field: 'diskBytes' })
  const turn = poolTurn({ hostId: host.id, poolUuid: base.poolUuid })
  return images.inTurn(turn, () =>
    host.withBulkConnection(async (connection) => {
      try {
        return await work(connection)
      } catch (error) {
        throw await explainWrite(error, host, connection, poolUuid, say('images.diskCouldNotMade', { name }))
      }
    }),
  )
}

const tooSmall = (capacityBytes: number) => say('images.imageDiskDiskMade', { capacity: capacityBytes })

/** Null: the disk is large enough, or the image's size is not known before it is here. */
export function diskSizeFinding(
  { capacityBytes }: Pick<CloudImage, 'capacityBytes'>,
  diskBytes: number,
): CreationFinding | null {
  if (capacityBytes === null || diskBytes >= capacityBytes) return null
  return {
    field: 'diskBytes',
    part: null,
    severity: 'error',
    message: tooSmall(capacityBytes),
    repairs: [],
    suggestion: { diskBytes: capacityBytes },
  }
}
