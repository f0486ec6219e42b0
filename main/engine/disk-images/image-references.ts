import type { ImageFormat } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { StrataError } from '../strata-error.ts'
import type { ReadAt } from '../this-computer/local-file.ts'
import { hasVhdxParent } from './vhdx-parent.ts'
import { readVmdkDescription, refuseVmdkParent, type VmdkDescription } from './vmdk-description.ts'

/*
 * What an image says of other files, from its own header and before QEMU opens it: whoever made the image could name any
 * file of this host there, and find its content in the guest's disk afterwards. Each format has a list of what is known;
 * whatever else its header says is refused.
 */

const longestDescriptor = 1024 ** 2
const sectorBytes = 512
/** QEMU looks for the parent of a VMware disk here, and so far, whatever the header says of the description's place. */
const embedded = { atBytes: 512, lengthBytes: 20 * sectorBytes }

/** The pieces of a split VMware disk; null: the image is one file. @throws StrataError when it leads elsewhere */
export async function referencedFiles(
  format: Exclude<ImageFormat, 'raw'> | 'vmdk-descriptor',
  readAt: ReadAt,
  sizeBytes: number,
  fileName: string,
): Promise<VmdkDescription | null> {
  switch (format) {
    case 'qcow2':
      await refuseQcow2References(readAt, fileName)
      return null
    case 'vmdk':
      await refuseVmdkReferences(readAt, fileName)
      return null
    case 'vmdk-descriptor':
      if (sizeBytes > longestDescriptor) throw damaged(fileName, say('diskImages.descriptionDiskTooLong'))
      return readVmdkDescription((await readAt(0, sizeBytes)).toString('utf8'), fileName)
    case 'vpc':
      await refuseVhdParent(readAt, sizeBytes, fileName)
      return null
    case 'vdi':
      await refuseVdiParent(readAt, fileName)
      return null
    case 'vhdx':
      if (await hasVhdxParent(readAt)) throw refused(fileName, differing)
      return null
  }
}

const differing = say('diskImages.holdsOnlyWhatDiffersAnother')
const elsewhere = say('diskImages.keepsDataAnotherFile')

/** Bits of "incompatible features": dirty, corrupt, external data file, compression type, extended L2 entries. */
const externalDataBit = 4n
const knownFeatureBits = 0b11111n
const dataFileExtension = 0x44_41_54_41
const noBackingFormats = new Set([0xe2_79_2a_ca, dataFileExtension])

/** QEMU's docs/interop/qcow2.txt, "Header" and "Header extensions". */
async function refuseQcow2References(readAt: ReadAt, fileName: string): Promise<void> {
  const header = await readAt(0, 104)
  if (header.length < 72) throw damaged(fileName, say('diskImages.headerCutOff'))
  const version = header.readUInt32BE(4)
  if (version !== 2 && version !== 3) throw refused(fileName, say('diskImages.versionNotKnown'))
  if (header.readBigUInt64BE(8) !== 0n || header.readUInt32BE(16) !== 0) throw refused(fileName, differing)
  if (version === 2) return refuseExtensions(readAt, 72, fileName)
  if (header.length < 104) throw damaged(fileName, say('diskImages.headerCutOff'))
  const features = header.readBigUInt64BE(72)
  if ((features & externalDataBit) !== 0n) throw refused(fileName, elsewhere)
  if ((features & ~knownFeatureBits) !== 0n) throw refused(fileName, say('diskImages.usesFeatureNotKnown'))
  return refuseExtensions(readAt, header.readUInt32BE(100), fileName)
}

/** An image that stands alone names no other file in what follows its header either. */
async function refuseExtensions(readAt: ReadAt, headerLength: number, fileName: string): Promise<void> {
  if (headerLength > 64 * 1024) throw damaged(fileName, say('diskImages.headerTooLong'))
  const area = await readAt(headerLength, 64 * 1024)
  for (let at = 0; at + 8 <= area.length;) {
    const [kind, length] = [area.readUInt32BE(at), area.readUInt32BE(at + 4)]
    if (kind === 0) return
    if (noBackingFormats.has(kind) && length > 0)
      throw refused(fileName, kind === dataFileExtension ? elsewhere : differing)
    at += 8 + Math.ceil(length / 8) * 8
  }
}

/** VMware's "Virtual Disk Format 5.0", section "Hosted Sparse Extents". */
export async function refuseVmdkReferences(readAt: ReadAt, fileName: string): Promise<void> {
  const header = await readAt(0, sectorBytes)
  if (header.length < sectorBytes) throw damaged(fileName, say('diskImages.headerCutOff'))
  // QEMU then takes it for a description, and opens whatever files that names.
  if (header.readBigUInt64LE(12) === 0n) throw refused(fileName, say('diskImages.keepsDataOtherFiles'))
  const text = await readAt(embedded.atBytes, embedded.lengthBytes)
  refuseVmdkParent(text.toString('latin1'), fileName)
}

const vhdKinds = { fixed: 2, dynamic: 3, differencing: 4 }

/** Microsoft's "Virtual Hard Disk Image Format Specification", "Hard Disk Footer Format". */
async function refuseVhdParent(readAt: ReadAt, sizeBytes: number, fileName: string): Promise<void> {
  const footers = [await readAt(0, 512), await readAt(Math.max(0, sizeBytes - 512), 512)]
  for (const footer of footers) {
    if (footer.toString('latin1', 0, 8) !== 'conectix' || footer.length < 64) continue
    const kind = footer.readUInt32BE(60)
    if (kind === vhdKinds.differencing) throw refused(fileName, differing)
    if (kind !== vhdKinds.fixed && kind !== vhdKinds.dynamic) throw damaged(fileName, say('diskImages.vhdKindNotKnown'))
  }
}

/** VirtualBox's VDICore.h: type 1 grows, 2 is of fixed size; the others need a parent. */
async function refuseVdiParent(readAt: ReadAt, fileName: string): Promise<void> {
  const header = await readAt(0, 0x1c8)
  if (header.length < 0x1c8) throw damaged(fileName, say('diskImages.headerCutOff'))
  const kind = header.readUInt32LE(0x4c)
  const hasParent = header.subarray(0x1a8, 0x1c8).some((byte) => byte !== 0) // the ids of the image below, and of its state
  if ((kind !== 1 && kind !== 2) || hasParent) throw refused(fileName, differing)
}

function refused(fileName: string, why: Said): StrataError {
  return new StrataError('unsupported', say('diskImages.cannotImportedStrataOpens', { fileName, why }), {
    field: 'source',
    detail: `qemu-img convert -O qcow2 ${fileName} whole.qcow2`,
  })
}

function damaged(fileName: string, why: Said): StrataError {
  return new StrataError('invalid-input', say('diskImages.isDamaged', { fileName, why }), { field: 'source' })
}
