import type { ImageFormat } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'

import { StrataError } from '../strata-error.ts'
import type { ReadAt } from '../this-computer/local-file.ts'

/*
 * An image that ends too early, as after a broken download, opens all the same: QEMU reads zeros where the file has ended,
 * and the copy would be a disk with holes. What each format says of its own length is compared with the file's.
 */

/** @throws StrataError 'invalid-input' when the file is shorter than its header says */
export async function refuseCutImage(
  format: ImageFormat,
  readAt: ReadAt,
  sizeBytes: number,
  fileName: string,
): Promise<void> {
  const neededBytes = await leastBytes(format, readAt, sizeBytes)
  if (neededBytes <= sizeBytes) return
  throw new StrataError('invalid-input', say('diskImages.damagedEndsTooEarly', { fileName }), {
    field: 'source',
  })
}

async function leastBytes(format: ImageFormat, readAt: ReadAt, sizeBytes: number): Promise<number> {
  switch (format) {
    case 'qcow2':
      return qcow2Bytes(await readAt(0, 72))
    case 'vdi':
      return vdiBytes(await readAt(0, 512))
    case 'vpc':
      return vhdBytes(readAt, sizeBytes)
    case 'raw':
    case 'vmdk':
    case 'vhdx':
      return 0 // raw says nothing; QEMU looks at these two itself
  }
}

/** Its tables (QEMU's docs/interop/qcow2.txt, "Header"). What they point to is looked at before the copy. */
function qcow2Bytes(header: Buffer): number {
  if (header.length < 72) return Infinity
  const clusterBytes = 2 ** Math.min(header.readUInt32BE(20), 21)
  const tablesEnd = [
    Number(header.readBigUInt64BE(40)) + header.readUInt32BE(36) * 8,
    Number(header.readBigUInt64BE(48)) + header.readUInt32BE(56) * clusterBytes,
  ]
  return Math.max(...tablesEnd)
}

/** All blocks that are there, but for the last, which some programs do not fill. */
function vdiBytes(header: Buffer): number {
  if (header.length < 0x188) return Infinity
  const [dataAt, blockBytes, blocks] = [
    header.readUInt32LE(0x158),
    header.readUInt32LE(0x178),
    header.readUInt32LE(0x184),
  ]
  return dataAt + Math.max(0, blocks - 1) * blockBytes
}

/** The footer is the last thing in it; very old programs wrote one byte less. */
async function vhdBytes(readAt: ReadAt, sizeBytes: number): Promise<number> {
  const end = await readAt(Math.max(0, sizeBytes - 512), 512)
  return end.indexOf('conectix') === 0 || end.indexOf('conectix') === 1 ? 0 : Infinity
}
