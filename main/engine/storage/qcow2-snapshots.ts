import { open } from 'node:fs/promises'

import { systemCodeOf } from '../strata-error.ts'

const magic = 0x51_46_49_fb
const mostPoints = 65_536 // by the format
const entryHeaderBytes = 40
const longestEntryBytes = entryHeaderBytes + 1024 + 2 * 65_535

/**
 * How much memory content each restore point inside a qcow2 image holds, by name, from the image's own table
 * (QEMU's docs/interop/qcow2.txt, "Snapshots"). Null: the image cannot be read from here.
 */
export async function readVmStateBytes(path: string): Promise<Map<string, number> | null> {
  try {
    const file = await open(path)
    try {
      return await readTable(async (position, length) => {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
        return buffer.subarray(0, bytesRead)
      })
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}

async function readTable(
  readAt: (position: number, length: number) => Promise<Buffer>,
): Promise<Map<string, number> | null> {
  const header = await readAt(0, 72)
  if (header.length < 72 || header.readUInt32BE(0) !== magic) return null
  const count = Math.min(header.readUInt32BE(60), mostPoints)
  let at = Number(header.readBigUInt64BE(64))
  const sizes = new Map<string, number>()
  for (let index = 0; index < count; index += 1) {
    const entry = await readAt(at, longestEntryBytes)
    const read = readEntry(entry)
    if (read === null) return null // a table that cannot be is no table
    sizes.set(read.name, read.vmStateBytes)
    at += read.lengthBytes
  }
  return sizes
}

function readEntry(entry: Buffer): { name: string; vmStateBytes: number; lengthBytes: number } | null {
  if (entry.length < entryHeaderBytes) return null
  const idLength = entry.readUInt16BE(12)
  const nameLength = entry.readUInt16BE(14)
  const extraLength = entry.readUInt32BE(36)
  const end = entryHeaderBytes + extraLength + idLength + nameLength
  if (end > entry.length) return null
  // Newer images give the size in 64 bits, in the extra data.
  const vmStateBytes = extraLength >= 8 ? Number(entry.readBigUInt64BE(entryHeaderBytes)) : entry.readUInt32BE(32)
  return { name: entry.toString('utf8', end - nameLength, end), vmStateBytes, lengthBytes: Math.ceil(end / 8) * 8 }
}
