import type { ImageFormat } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { ReadAt } from '../this-computer/local-file.ts'

/** What the first bytes of a file say that it is. 'other': an image that QEMU could read and Strata does not take. */
export type DetectedFormat =
  | { readonly kind: 'image'; readonly format: Exclude<ImageFormat, 'raw'> }
  | { readonly kind: 'vmdk-descriptor' }
  | { readonly kind: 'iso' }
  | { readonly kind: 'other'; readonly name: Said }
  /** No format of its own: raw, if anything. */
  | { readonly kind: 'plain' }

const signatures: readonly { readonly at: number; readonly bytes: string; readonly found: DetectedFormat }[] = [
  { at: 0, bytes: 'QFI\xfb\0\0\0\x01', found: { kind: 'other', name: say('diskImages.imageFirstQcowFormat') } },
  { at: 0, bytes: 'QFI\xfb', found: { kind: 'image', format: 'qcow2' } },
  { at: 0, bytes: 'KDMV', found: { kind: 'image', format: 'vmdk' } },
  {
    at: 0,
    bytes: 'COWD',
    found: { kind: 'other', name: say('diskImages.pieceVmwareEsxDisk') },
  },
  { at: 0x40, bytes: '\x7f\x10\xda\xbe', found: { kind: 'image', format: 'vdi' } },
  { at: 0, bytes: 'conectix', found: { kind: 'image', format: 'vpc' } },
  { at: 0, bytes: 'vhdxfile', found: { kind: 'image', format: 'vhdx' } },
  { at: 0, bytes: 'QED\0', found: { kind: 'other', name: say('diskImages.qedImage') } },
  { at: 0, bytes: 'LUKS\xba\xbe', found: { kind: 'other', name: say('diskImages.encryptedDiskLuks') } },
  { at: 0, bytes: 'WithoutFreeSpace', found: { kind: 'other', name: say('diskImages.parallelsDisk') } },
  { at: 0, bytes: 'WithouFreSpacExt', found: { kind: 'other', name: say('diskImages.parallelsDisk') } },
  { at: 0, bytes: 'Bochs Virtual HD Image', found: { kind: 'other', name: say('diskImages.bochsDisk') } },
  { at: 0x8001, bytes: 'CD001', found: { kind: 'iso' } },
]

const headBytes = 0x8006
const footerBytes = 512

/**
 * The format by what is inside, never by a name or by what somebody said: a raw disk whose owner wrote another format's
 * header into it would otherwise be opened as that, with files of this host below it (CVE-2008-2004 and its like).
 */
export async function detectFormat(readAt: ReadAt, sizeBytes: number): Promise<DetectedFormat> {
  const head = (await readAt(0, headBytes)).toString('latin1')
  const match = signatures.find(({ at, bytes }) => head.startsWith(bytes, at))
  // A disk image may be an ISO too, for sticks; then it is an ISO.
  if (match !== undefined) return match.found
  if (isVmdkDescriptor(head)) return { kind: 'vmdk-descriptor' }
  // A VHD of fixed size is plain content with a footer.
  const footer = (await readAt(Math.max(0, sizeBytes - footerBytes), footerBytes)).toString('latin1')
  if (footer.startsWith('conectix')) return { kind: 'image', format: 'vpc' }
  return { kind: 'plain' }
}

/** QEMU skips comments and empty lines before it looks for the version; so does this. */
function isVmdkDescriptor(head: string): boolean {
  const lines = head.slice(0, 4096).split(/\r?\n/)
  if (lines[0]?.trim() === '# Disk DescriptorFile') return true
  return lines.find((line) => line.trim() !== '' && !line.startsWith('#'))?.startsWith('version=') === true
}
