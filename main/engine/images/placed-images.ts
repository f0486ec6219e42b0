import type { CatalogueImage } from './catalogue-file.ts'
import { LibvirtError, type Connection, type StoragePool, type StorageVolume } from 'node-libvirt'
import { StorageVolumeXml } from 'node-libvirt/xml'

/** An image of the catalogue that lies whole in a pool. */
export interface PlacedImage {
  readonly imageId: string
  readonly poolUuid: string
  readonly volumeName: string
  readonly path: string
  readonly capacityBytes: number
  readonly allocationBytes: number
  readonly placedAtMs: number
}

const nameShape = /^strata-image-(?<imageId>.+)-[0-9a-f]{8}\.qcow2$/

/** Names a published image: the same name is the same content. @param digest of the file as it is published, in hex */
export function volumeNameOf({ id }: Pick<CatalogueImage, 'id'>, digest: string): string {
  return `strata-image-${id}-${digest.slice(0, 8)}.qcow2`
}

/** Null: the name is not one of an image of the catalogue. */
export function imageIdOf(volumeName: string): string | null {
  return nameShape.exec(volumeName)?.groups?.['imageId'] ?? null
}

/** Of all running pools, what was placed last first. */
export async function placedImages(connection: Connection): Promise<PlacedImage[]> {
  const pools = await connection.listAllStoragePools(['active'])
  const lists = await Promise.all(pools.map(placedIn))
  return lists.flat().sort((one, other) => other.placedAtMs - one.placedAtMs)
}

/** Those of one pool; none when it was stopped or undefined meanwhile. */
async function placedIn(pool: StoragePool): Promise<PlacedImage[]> {
  try {
    const volumes = (await pool.listAllVolumes()).filter(({ name }) => imageIdOf(name) !== null)
    return (await Promise.all(volumes.map((volume) => describePlaced(pool.uuid, volume)))).filter(
      (each) => each !== null,
    )
  } catch (error) {
    if (error instanceof LibvirtError && goneCodes.has(error.code)) return []
    throw error
  }
}

const goneCodes = new Set(['no-storage-pool', 'no-storage-vol', 'operation-invalid'])

/**
 * Null: not an image, or not a whole one. Its head is written last, so that one that was left in the middle of its way
 * is a file without a format, whoever left it and whenever its pool looks.
 */
export async function describePlaced(poolUuid: string, volume: StorageVolume): Promise<PlacedImage | null> {
  const imageId = imageIdOf(volume.name)
  const { target, capacityBytes, allocationBytes } = StorageVolumeXml.parse(await volume.getXMLDesc())
  if (imageId === null || target.format !== 'qcow2') return null
  return {
    imageId,
    poolUuid,
    volumeName: volume.name,
    path: target.path ?? volume.key,
    capacityBytes: capacityBytes ?? 0,
    allocationBytes: allocationBytes ?? 0,
    placedAtMs: Number(target.modifiedAtSeconds ?? 0) * 1000,
  }
}
