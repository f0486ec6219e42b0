import type { Volume } from '@strata/contract/storage.ts'
import { LibvirtError, type Connection, type StoragePool, type StorageVolume } from 'node-libvirt'
import { StorageVolumeXml } from 'node-libvirt/xml'

/** All volumes of a running pool. One that is deleted while we look is left out. */
export async function listVolumes(pool: StoragePool): Promise<Volume[]> {
  const handles = await pool.listAllVolumes()
  const volumes = await Promise.all(handles.map((handle) => describeVolume(pool.uuid, handle)))
  return volumes.filter((volume) => volume !== null)
}

async function describeVolume(poolUuid: string, handle: StorageVolume): Promise<Volume | null> {
  try {
    const xml = StorageVolumeXml.parse(await handle.getXMLDesc())
    return {
      poolUuid,
      name: handle.name,
      path: xml.target.path ?? handle.key,
      format: xml.target.format,
      capacityBytes: xml.capacityBytes ?? 0,
      allocationBytes: xml.allocationBytes ?? 0,
      backingPath: xml.backingStore.path,
    }
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-storage-vol') return null
    throw error
  }
}

/** The volumes of all running pools, by path. */
export async function volumesByPath(connection: Connection): Promise<Map<string, Volume>> {
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
