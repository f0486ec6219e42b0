import type { MediaSource } from '@strata/contract/create.ts'
import type { ImageFormat } from '@strata/contract/imports.ts'

import { describeVolume, volumeOf } from '../../storage/read-media.ts'
import type { Host } from '../../hosts/host.ts'
import { inspectFarVolume, type FarImage } from './far-volume.ts'
import { inspectLocalImage, type InspectedImage } from '../../disk-images/inspect-part.ts'

/** A disk image, looked at as closely as this process can. */
export type FoundImage =
  { readonly kind: 'here'; readonly image: InspectedImage } | { readonly kind: 'far'; readonly image: FarImage }

/** @throws StrataError with the field 'source' that says what is wrong with it */
export async function findImage(host: Host, media: MediaSource): Promise<FoundImage> {
  if (media.kind === 'file') return { kind: 'here', image: await inspectLocalImage(media.path) }
  const { path } = await host.slow(async (connection) => describeVolume(await volumeOf(connection, media)))
  if (host.files?.sharesPaths === true && (await host.files.mayUse(path, 'read'))) {
    return { kind: 'here', image: await inspectLocalImage(path, null, media.name) }
  }
  return { kind: 'far', image: await inspectFarVolume(host, media) }
}

/** What a list of media, and the form's proposals, want to know of a disk image. */
export interface DiskImageFacts {
  readonly fileName: string
  readonly format: ImageFormat
  readonly capacityBytes: number
  readonly sizeBytes: number
  readonly isCorrupt: boolean
  /** Null: its content cannot be seen from here. */
  readonly bootable: boolean | null
  /** The firmware that it boots with; null: it boots with none, or with any, or nobody knows. */
  readonly firmware: 'bios' | 'uefi' | null
}

/** @throws StrataError with the field 'source' */
export async function inspectDiskImage(host: Host, media: MediaSource): Promise<DiskImageFacts> {
  const { image, kind } = await findImage(host, media)
  const { fileName, format, capacityBytes, sizeBytes, content } = image
  const bootable = content === null ? null : content.bootsBios || content.bootsUefi
  // With both, the older way is the one that such images are made for.
  const firmware = content === null || bootable !== true ? null : content.bootsBios ? 'bios' : 'uefi'
  const isCorrupt = kind === 'here' && image.isCorrupt
  return { fileName, format, capacityBytes, sizeBytes, isCorrupt, bootable, firmware }
}
