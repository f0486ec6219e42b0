import type { Connection } from 'node-libvirt'
import type { DomainSnapshotXml } from 'node-libvirt/xml'

import { topPath } from '../disk-images/image-chain.ts'

/** A disk or drive as a restore point names it: libvirt goes by this, and not by what the machine has now. */
export interface DiskOfPoint {
  readonly targetDev: string
  /** Null: an empty drive, no file, or a volume that is not to be had now. */
  readonly path: string | null
  /** Going back sets the content of this image back. */
  readonly isSetBack: boolean
  /** The machine starts without it when it is not there. */
  readonly isOptional: boolean
  readonly isEmpty: boolean
}

/** Empty where the point does not say what the machine was. */
export async function disksOfPoint(connection: Connection, point: DomainSnapshotXml): Promise<DiskOfPoint[]> {
  if (!point.hasDomain) return []
  return Promise.all(
    point.domain.devices.disks.map(async (disk) => {
      const targetDev = disk.target.device ?? ''
      const kept = point.disks.find(({ name }) => name === targetDev || (name !== null && name === disk.source.file))
      const { source } = disk
      return {
        targetDev,
        path: await topPath(connection, disk),
        isSetBack: kept?.snapshot === 'internal',
        isOptional: source.startupPolicy === 'optional' || source.startupPolicy === 'requisite',
        isEmpty: source.file === null && source.device === null && source.volume === null,
      }
    }),
  )
}
