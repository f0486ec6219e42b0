import type { ImageFormat } from '@strata/contract/imports.ts'

import type { VmdkExtent } from './vmdk-description.ts'

/** An image as QEMU's tools are given it: a file, or a stretch of one (a disk inside an archive is read where it lies). */
export interface ImageSource {
  readonly path: string
  readonly format: ImageFormat
  /** Null: the whole file. */
  readonly part: { readonly offsetBytes: number; readonly sizeBytes: number } | null
  /** The restore point inside of a qcow2 image that is meant; absent: the image as it is now. */
  readonly point?: string
  /**
   * The image may be a stranger's: these files were looked at, and only these are opened. Absent: it is the image of a
   * machine here, and is read with whatever lies below it.
   */
  readonly checked?: CheckedImage
}

export interface CheckedImage {
  /** Of the file, as `fileMark` gives it. */
  readonly mark: string
  /** Of a split VMware disk; null: the image is one file. */
  readonly split: { readonly layout: string; readonly pieces: readonly CheckedPiece[] } | null
}

export interface CheckedPiece extends VmdkExtent {
  readonly path: string
  readonly mark: string
}

/** For a terminal. The format is always said: what QEMU would guess, a guest could have written. */
export function imageArguments({ path, format, part, point }: ImageSource): string[] {
  // The guest that runs on the image holds its lock, and writes to everything but what belongs to a point.
  if (point !== undefined) return ['-U', '-f', format, '-l', pointName(point), path]
  if (part === null) return ['-f', format, path]
  const { offsetBytes: offset, sizeBytes: size } = part
  return [
    `json:${JSON.stringify({ driver: format, file: { driver: 'raw', offset, size, file: { driver: 'file', filename: path } } })}`,
  ]
}

/** QEMU's lists of options end a value at a comma, unless there are two of them. */
export const pointName = (point: string) => `snapshot.name=${point.replaceAll(',', ',,')}`
