import { gzipSync } from 'node:zlib'

import { writeCpio, type ArchivedFile } from './cpio.ts'

/** The kernel looks for the next archive at a multiple of four bytes; a zero is no more than a gap to it. */
const alignment = 4

/** An initrd with files more in it. Those of the same name replace what it held; the rest is not touched. */
export function addToInitrd(initrd: Uint8Array, files: readonly ArchivedFile[]): Uint8Array {
  if (files.length === 0) return initrd
  const gap = new Uint8Array((alignment - (initrd.length % alignment)) % alignment)
  return Buffer.concat([initrd, gap, gzipSync(writeCpio(files))])
}
