import { dirname, resolve } from 'node:path'

import { orNull } from '../hosts/place/files-of.ts'
import type { HostFiles, OpenHostFile } from '../hosts/place/host-files.ts'

export type ImageFormat = 'raw' | 'qcow2' | 'qed' | 'vmdk' | 'vdi' | 'vhdx' | 'vpc'

/** What an image says of itself. Its writer may be a guest or a stranger: nothing here is to be trusted, only shown and compared. */
export interface ImageHeader {
  /** 'raw' is what no other format's mark was found in. */
  readonly format: ImageFormat
  /** What the guest sees; null: the format keeps it where it is not looked for. */
  readonly virtualSizeBytes: number | null
  /** The image below; null: there is none, or it is not a plain file. */
  readonly backing: { readonly path: string; readonly format: string | null } | null
  /** QEMU found it damaged, marked it so, and opens it for reading only since. */
  readonly isMarkedCorrupt: boolean
}

const headerBytes = 104
/** The parts after a qcow2 header end within the first cluster, of 2 MiB at most; what is wanted stands early. */
const extensionsBytes = 64 * 1024
const longestBackingName = 1023 // by the format's definition
const corruptBit = 1n << 1n
const backingFormatExtension = 0xe2_79_2a_ca

/** Null: it is not there, is no file, or may not be read from here. */
export function readImageHeader(files: HostFiles, path: string): Promise<ImageHeader | null> {
  return orNull(
    files.withOpen(path, async (file) => {
      const { kind, sizeBytes } = file.facts
      if (kind !== 'file' && kind !== 'block-device') return null
      const header = await file.readAt(0, headerBytes)
      const format = formatOf(header)
      if (format === 'qcow2') return readQcow2(file, header, path)
      const virtualSizeBytes = format === 'raw' && kind === 'file' ? sizeBytes : null
      return { format, virtualSizeBytes, backing: null, isMarkedCorrupt: false }
    }),
  )
}

/**
 * The image below a qcow2 image, from its own header: for files that lie in no pool.
 * Null: there is none, it is another format, or the file cannot be read from here.
 */
export async function readBackingPath(files: HostFiles, path: string): Promise<string | null> {
  return (await readImageHeader(files, path))?.backing?.path ?? null
}

function formatOf(header: Buffer): ImageFormat {
  const begins = (mark: string) => header.subarray(0, mark.length).toString('latin1') === mark
  if (begins('QFI\u00FB') && header.length === headerBytes && header.readUInt32BE(4) >= 2) return 'qcow2'
  if (begins('QED\0')) return 'qed'
  if (begins('KDMV') || begins('# Disk DescriptorFile')) return 'vmdk'
  if (begins('vhdxfile')) return 'vhdx'
  if (begins('conectix')) return 'vpc'
  if (header.length >= 0x44 && header.readUInt32LE(0x40) === 0xbe_da_10_7f) return 'vdi'
  return 'raw'
}

/** @see QEMU's docs/interop/qcow2.txt */
async function readQcow2(file: OpenHostFile, header: Buffer, path: string): Promise<ImageHeader> {
  const isLater = header.readUInt32BE(4) >= 3
  const features = isLater ? header.readBigUInt64BE(72) : 0n
  const name = await readText(file, header.readBigUInt64BE(8), header.readUInt32BE(16))
  const backingPath = name === null ? null : plainPath(name, path)
  const extensionsAt = isLater ? header.readUInt32BE(100) : 72
  return {
    format: 'qcow2',
    virtualSizeBytes: Number(header.readBigUInt64BE(24)),
    backing: backingPath === null ? null : { path: backingPath, format: await readBackingFormat(file, extensionsAt) },
    isMarkedCorrupt: (features & corruptBit) !== 0n,
  }
}

async function readText(file: OpenHostFile, offset: bigint, length: number): Promise<string | null> {
  if (offset === 0n || length === 0 || length > longestBackingName || offset > BigInt(Number.MAX_SAFE_INTEGER))
    return null
  const text = await file.readAt(Number(offset), length)
  return text.length < length ? null : text.toString('utf8')
}

async function readBackingFormat(file: OpenHostFile, offset: number): Promise<string | null> {
  if (offset > extensionsBytes) return null
  const area = await file.readAt(offset, extensionsBytes)
  for (let at = 0; at + 8 <= area.length;) {
    const [kind, length] = [area.readUInt32BE(at), area.readUInt32BE(at + 4)]
    if (kind === 0 || at + 8 + length > area.length) return null
    if (kind === backingFormatExtension) return area.toString('latin1', at + 8, at + 8 + length)
    at += 8 + Math.ceil(length / 8) * 8
  }
  return null
}

/** QEMU writes a path that may be relative to the image, or a URI of its own kinds; only paths are of interest. */
function plainPath(name: string, imagePath: string): string | null {
  if (name.startsWith('json:')) return null
  if (/^[a-z][a-z0-9+.-]*:/i.test(name) && !name.startsWith('file:')) return null
  return resolve(dirname(imagePath), name.replace(/^file:(\/\/)?/, ''))
}
