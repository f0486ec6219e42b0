import { open } from 'node:fs/promises'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { StrataError } from '../strata-error.ts'

const magic = 0x51_46_49_fb
/** As far as what decides whether an image stands alone. */
const headerBytes = 80
const externalDataFile = 1n << 2n
const mostCapacityBytes = 2 ** 53

/**
 * The disk that a guest sees of a qcow2 image from elsewhere. Such an image may name other files, of this host, which
 * would then be the guest's: one that does not stand alone is refused.
 * @throws StrataError 'invalid-input'
 * @see https://www.qemu.org/docs/master/interop/qcow2.html
 */
export async function standaloneCapacityBytes(path: string, what: string): Promise<number> {
  const header = await readHeader(path)
  if (header?.readUInt32BE(0) !== magic) throw refused(say('diskImages.notQcow2Image', { what }))
  const version = header.readUInt32BE(4)
  if (version !== 2 && version !== 3) throw refused(say('diskImages.qcow2ImageVersionNot', { what }))
  if (header.readBigUInt64BE(8) !== 0n) throw refused(say('diskImages.laidOverAnotherImage', { what }))
  if (header.readUInt32BE(32) !== 0) throw refused(say('diskImages.encryptedNoMachineCan', { what }))
  if (version === 3 && (header.readBigUInt64BE(72) & externalDataFile) !== 0n)
    throw refused(say('diskImages.keepsContentAnotherFile', { what }))
  const capacityBytes = Number(header.readBigUInt64BE(24))
  if (capacityBytes === 0 || capacityBytes > mostCapacityBytes)
    throw refused(say('diskImages.diskNoPossibleSize', { what }))
  return capacityBytes
}

/** Null: it is shorter. */
async function readHeader(path: string): Promise<Buffer | null> {
  const file = await open(path)
  try {
    const header = Buffer.alloc(headerBytes)
    return (await file.read(header, 0, headerBytes, 0)).bytesRead < headerBytes ? null : header
  } finally {
    await file.close()
  }
}

const refused = (sentence: Said) => new StrataError('invalid-input', say('diskImages.notUsed', { sentence }))
