import { LibvirtError, type Connection } from 'node-libvirt'
import type { DomainDisk, DomainXml } from 'node-libvirt/xml'

import { knownDevice, type ImageUse } from '../definitions/machine-files.ts'
import { readImageHeader, type ImageHeader } from './image-header.ts'
import { presenceOf, type Presence } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import { diskSource } from '../definitions/names.ts'

/** One file of a disk: what the guest writes to, or one below it. */
export interface ChainLink {
  readonly path: string
  /** What the definition, or the image above, calls its format; null: nothing says. */
  readonly saidFormat: string | null
  readonly presence: Presence
  /** Null: it cannot be read from here. */
  readonly header: ImageHeader | null
}

/** A disk or drive of a machine with the files behind it. */
export interface ExaminedImage {
  readonly disk: DomainDisk
  readonly targetDev: string
  readonly device: ImageUse['device']
  /** As `diskSource` names it. */
  readonly source: string
  readonly isRemovable: boolean
  readonly isReadOnly: boolean
  /** libvirt starts without it when its file is not there. */
  readonly isOptional: boolean
  /** From the one that the guest sees down; empty where there is no file: an empty drive, a disk over the network. */
  readonly chain: readonly ChainLink[]
}

/** Deeper than any chain that libvirt takes. */
const longestChain = 200

/** @param files null: they cannot be seen from here, and only the definition is read */
export function examineImages(
  connection: Connection,
  { devices }: DomainXml,
  files: HostFiles | null,
): Promise<ExaminedImage[]> {
  return Promise.all(
    devices.disks.map(async (disk): Promise<ExaminedImage> => {
      const device = knownDevice(disk.device)
      const path = files === null ? null : await topPath(connection, disk)
      return {
        disk,
        targetDev: disk.target.device ?? '',
        device,
        source: diskSource(disk),
        isRemovable: device === 'cdrom' || device === 'floppy',
        isReadOnly: disk.isReadOnly || device === 'cdrom',
        isOptional: disk.source.startupPolicy === 'optional',
        chain: files === null || path === null ? [] : await readChain(files, path, disk.driver.type ?? 'raw'),
      }
    }),
  )
}

/** What the guest sees of a disk. Null: not a file or device, or a volume that is not to be had now. */
export async function topPath(connection: Connection, { type, source }: DomainDisk): Promise<string | null> {
  if (type === 'file' || type === 'block' || type === null) return source.file ?? source.device
  if (type !== 'volume' || source.pool === null || source.volume === null) return null
  try {
    const pool = await connection.storagePoolLookupByName(source.pool)
    return await (await pool.storageVolLookupByName(source.volume)).getPath()
  } catch (error) {
    if (error instanceof LibvirtError) return null // told of by the check of pools
    throw error
  }
}

async function readChain(files: HostFiles, top: string, topFormat: string): Promise<ChainLink[]> {
  const chain: ChainLink[] = []
  let next: { path: string; saidFormat: string | null } | null = { path: top, saidFormat: topFormat }
  while (next !== null && chain.length < longestChain && !chain.some(({ path }) => path === next?.path)) {
    const presence = await presenceOf(files, next.path)
    const header: ImageHeader | null = presence === 'there' ? await readImageHeader(files, next.path) : null
    chain.push({ ...next, presence, header })
    // What is said to be raw is not looked into: its guest could have written any header there.
    const below: ImageHeader['backing'] = next.saidFormat === 'raw' ? null : (header?.backing ?? null)
    next = below === null ? null : { path: below.path, saidFormat: below.format }
  }
  return chain
}
