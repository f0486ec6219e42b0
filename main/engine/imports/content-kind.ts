/** What a file that should be an ISO turns out to be, so that the message can say it. */
const signatures: readonly { kind: string; offset: number; bytes: readonly number[] }[] = [
  { kind: 'a qcow2 disk image', offset: 0, bytes: [0x51, 0x46, 0x49, 0xfb] },
  { kind: 'a VMware disk image', offset: 0, bytes: [0x4b, 0x44, 0x4d, 0x56] },
  { kind: 'a VirtualBox disk image', offset: 64, bytes: [0x7f, 0x10, 0xda, 0xbe] },
  { kind: 'a Hyper-V disk image', offset: 0, bytes: [0x76, 0x68, 0x64, 0x78] },
  { kind: 'a gzip archive', offset: 0, bytes: [0x1f, 0x8b] },
  { kind: 'an xz archive', offset: 0, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { kind: 'a Zstandard archive', offset: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'a bzip2 archive', offset: 0, bytes: [0x42, 0x5a, 0x68] },
  { kind: 'a zip archive', offset: 0, bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'a 7-Zip archive', offset: 0, bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { kind: 'a PDF document', offset: 0, bytes: [0x25, 0x50, 0x44, 0x46] },
  { kind: 'a web page, perhaps of a download that failed', offset: 0, bytes: [0x3c, 0x21] },
  { kind: 'a program', offset: 0, bytes: [0x7f, 0x45, 0x4c, 0x46] },
  { kind: 'a raw disk image', offset: 510, bytes: [0x55, 0xaa] },
]

/** The first bytes decide; 512 are enough. */
export function contentKind(head: Uint8Array): string {
  if (head.length === 0) return 'an empty file'
  const match = signatures.find(({ offset, bytes }) => bytes.every((byte, index) => head[offset + index] === byte))
  if (match !== undefined) return match.kind
  if (head.every((byte) => byte === 0)) return 'a file of zeros, perhaps of a download that was cut off'
  return head.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)
    ? 'a text file'
    : 'a file of another kind'
}
