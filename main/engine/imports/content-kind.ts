import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

/** What a file that should be an ISO turns out to be, so that the message can say it. */
const signatures: readonly { kind: Said; offset: number; bytes: readonly number[] }[] = [
  { kind: say('imports.qcow2DiskImage'), offset: 0, bytes: [0x51, 0x46, 0x49, 0xfb] },
  { kind: say('imports.vmwareDiskImage'), offset: 0, bytes: [0x4b, 0x44, 0x4d, 0x56] },
  { kind: say('imports.virtualboxDiskImage'), offset: 64, bytes: [0x7f, 0x10, 0xda, 0xbe] },
  { kind: say('imports.hyperVDiskImage'), offset: 0, bytes: [0x76, 0x68, 0x64, 0x78] },
  { kind: say('imports.gzipArchive'), offset: 0, bytes: [0x1f, 0x8b] },
  { kind: say('imports.xzArchive'), offset: 0, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { kind: say('imports.zstandardArchive'), offset: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: say('imports.bzip2Archive'), offset: 0, bytes: [0x42, 0x5a, 0x68] },
  { kind: say('imports.zipArchive'), offset: 0, bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: say('imports.n7ZipArchive'), offset: 0, bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { kind: say('imports.pdfDocument'), offset: 0, bytes: [0x25, 0x50, 0x44, 0x46] },
  { kind: say('imports.webPagePerhapsDownload'), offset: 0, bytes: [0x3c, 0x21] },
  { kind: say('imports.aProgram'), offset: 0, bytes: [0x7f, 0x45, 0x4c, 0x46] },
  { kind: say('imports.rawDiskImage'), offset: 510, bytes: [0x55, 0xaa] },
]

/** The first bytes decide; 512 are enough. */
export function contentKind(head: Uint8Array): Said {
  if (head.length === 0) return say('imports.emptyFile')
  const match = signatures.find(({ offset, bytes }) => bytes.every((byte, index) => head[offset + index] === byte))
  if (match !== undefined) return match.kind
  if (head.every((byte) => byte === 0)) return say('imports.fileZerosPerhapsDownload')
  return head.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)
    ? say('imports.textFile')
    : say('imports.fileAnotherKind')
}
