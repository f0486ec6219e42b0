import type { ImageFormat } from '@strata/contract/imports.ts'

/** An image as QEMU's tools are given it: a file, or a stretch of one (a disk inside an archive is read where it lies). */
export interface ImageSource {
  readonly path: string
  readonly format: ImageFormat
  /** Null: the whole file. */
  readonly part: { readonly offsetBytes: number; readonly sizeBytes: number } | null
}

/** The format is always said: what QEMU would guess, a guest could have written. */
export function imageArguments({ path, format, part }: ImageSource): string[] {
  if (part === null) return ['-f', format, path]
  const { offsetBytes: offset, sizeBytes: size } = part
  return [
    `json:${JSON.stringify({ driver: format, file: { driver: 'raw', offset, size, file: { driver: 'file', filename: path } } })}`,
  ]
}
