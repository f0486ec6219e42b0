import type { ImageFormat } from '@strata/contract/imports.ts'

import { StrataError } from '../strata-error.ts'
import type { ReadAt } from '../this-computer/local-file.ts'

/*
 * What an image says of other files, from its own header and before QEMU opens it: whoever made the image could name any
 * file of this host there, and find its content in the guest's disk afterwards.
 */

const longestDescriptor = 1024 ** 2
const sectorBytes = 512

/** The other files that belong to the image: the pieces of a split VMware disk. @throws StrataError when it leads elsewhere */
export async function referencedFiles(
  format: Exclude<ImageFormat, 'raw'> | 'vmdk-descriptor',
  readAt: ReadAt,
  sizeBytes: number,
  fileName: string,
): Promise<readonly string[]> {
  switch (format) {
    case 'qcow2':
      await refuseQcow2References(readAt, fileName)
      return []
    case 'vmdk':
      await refuseVmdkReferences(readAt, fileName)
      return []
    case 'vmdk-descriptor':
      if (sizeBytes > longestDescriptor) throw damaged(fileName, 'Its description of the disk is too long.')
      return extentsOf((await readAt(0, sizeBytes)).toString('latin1'), fileName)
    case 'vpc':
      await refuseVhdParent(readAt, sizeBytes, fileName)
      return []
    case 'vdi':
    case 'vhdx':
      return [] // QEMU itself refuses those that need a parent
  }
}

/** QEMU's docs/interop/qcow2.txt, "Header". */
async function refuseQcow2References(readAt: ReadAt, fileName: string): Promise<void> {
  const header = await readAt(0, 104)
  if (header.length < 72) throw damaged(fileName, 'Its header is cut off.')
  if (header.readBigUInt64BE(8) !== 0n) throw refused(fileName, 'It holds only what differs from another image')
  const isExternal = header.readUInt32BE(4) >= 3 && header.length >= 80 && (header.readBigUInt64BE(72) & 4n) !== 0n
  if (isExternal) throw refused(fileName, 'It keeps its data in another file')
}

/** VMware's "Virtual Disk Format 5.0", section "Hosted Sparse Extents": a description may be inside the file. */
async function refuseVmdkReferences(readAt: ReadAt, fileName: string): Promise<void> {
  const header = await readAt(0, sectorBytes)
  if (header.length < sectorBytes) throw damaged(fileName, 'Its header is cut off.')
  const [capacity, at, size] = [header.readBigUInt64LE(12), header.readBigUInt64LE(28), header.readBigUInt64LE(36)]
  // QEMU then opens whatever files the description names.
  if (capacity === 0n) throw refused(fileName, 'It keeps its data in other files')
  if (at === 0n) return
  const descriptorBytes = Number(size) * sectorBytes
  if (descriptorBytes > longestDescriptor) throw damaged(fileName, 'Its description of the disk is too long.')
  // QEMU reads 20 sectors there, whatever the header says of their number.
  const text = await readAt(Number(at) * sectorBytes, Math.max(descriptorBytes, 20 * sectorBytes))
  refuseParent(text.toString('latin1'), fileName)
}

function refuseParent(descriptor: string, fileName: string): void {
  if (/parentFileNameHint/i.test(descriptor)) throw refused(fileName, 'It holds only what differs from another image')
}

/** Lines as 'RW 4192256 SPARSE "disk-s001.vmdk"'. Only files beside it are taken. */
function extentsOf(descriptor: string, fileName: string): string[] {
  refuseParent(descriptor, fileName)
  const names: string[] = []
  for (const line of descriptor.split(/\r?\n/)) {
    const [, kind, name] = /^\s*(?:RW|RDONLY|NOACCESS)\s+\d+\s+(\w+)(?:\s+"([^"]*)")?/.exec(line) ?? []
    if (kind === undefined || kind === 'ZERO') continue
    if (name === undefined || !isPlainName(name))
      throw refused(fileName, 'It keeps its data in files outside of its folder')
    if (name === fileName) throw damaged(fileName, 'It names itself as its own piece.')
    names.push(name)
  }
  if (names.length === 0 || names.length > 4096)
    throw damaged(fileName, 'It names no pieces that a disk could be made of.')
  return [...new Set(names)]
}

/** No folder, no protocol of QEMU's, and none of its special names. */
const isPlainName = (name: string) => /^[^/\\:\0]+$/.test(name) && name !== '.' && name !== '..'

/** Microsoft's "Virtual Hard Disk Image Format Specification", "Hard Disk Footer Format": type 4 is a differencing disk. */
async function refuseVhdParent(readAt: ReadAt, sizeBytes: number, fileName: string): Promise<void> {
  const footers = [await readAt(0, 512), await readAt(Math.max(0, sizeBytes - 512), 512)]
  const isDifferencing = footers.some(
    (footer) => footer.toString('latin1', 0, 8) === 'conectix' && footer.length >= 64 && footer.readUInt32BE(60) === 4,
  )
  if (isDifferencing) throw refused(fileName, 'It holds only what differs from another image')
}

function refused(fileName: string, why: string): StrataError {
  return new StrataError(
    'unsupported',
    `${fileName} cannot be imported. ${why}, and Strata opens no file that an image names by itself. Make it one image first.`,
    { field: 'source', detail: `qemu-img convert -O qcow2 ${fileName} whole.qcow2` },
  )
}

function damaged(fileName: string, why: string): StrataError {
  return new StrataError('invalid-input', `${fileName} is damaged. ${why}`, { field: 'source' })
}
