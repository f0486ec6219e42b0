import { open } from 'node:fs/promises'

import { systemCodeOf } from '../strata-error.ts'

const magic = 0x51_46_49_fb
const mostPoints = 65_536 // by the format
const entryHeaderBytes = 40
const longestEntryBytes = entryHeaderBytes + 1024 + 2 * 65_535

/** A restore point inside a qcow2 image. */
export interface InnerPoint {
  /** QEMU's number for it: no two points of an image share one. */
  readonly id: string
  /** Seconds since 1970. */
  readonly takenAtSeconds: number
  /** How much memory content it holds. */
  readonly vmStateBytes: number
  /** How large the disk was then; null: the image is of the time before that was kept. */
  readonly diskBytes: number | null
  /** Where its table of the disk's content lies (an "L1 table"), and how many entries it has. */
  readonly table: { readonly offset: number; readonly entryCount: number }
  /** Tells it from any other that has had its name. */
  readonly mark: string
}

/** By name, in the table's order: two points of an image can have one name. */
export type InnerPoints = ReadonlyMap<string, readonly InnerPoint[]>

/**
 * The restore points inside a qcow2 image, by name, from the image's own table (QEMU's docs/interop/qcow2.txt,
 * "Snapshots"). Null: the image cannot be read from here.
 */
export async function readInnerPoints(path: string): Promise<InnerPoints | null> {
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

async function readTable(readAt: (position: number, length: number) => Promise<Buffer>): Promise<InnerPoints | null> {
  const header = await readAt(0, 72)
  if (header.length < 72 || header.readUInt32BE(0) !== magic) return null
  const count = Math.min(header.readUInt32BE(60), mostPoints)
  let at = Number(header.readBigUInt64BE(64))
  const points = new Map<string, InnerPoint[]>()
  for (let index = 0; index < count; index += 1) {
    const entry = await readAt(at, longestEntryBytes)
    const read = readEntry(entry)
    if (read === null) return null // a table that cannot be is no table
    points.set(read.name, [...(points.get(read.name) ?? []), read.point])
    at += read.lengthBytes
  }
  return points
}

function readEntry(entry: Buffer): { name: string; point: InnerPoint; lengthBytes: number } | null {
  if (entry.length < entryHeaderBytes) return null
  const idLength = entry.readUInt16BE(12)
  const nameLength = entry.readUInt16BE(14)
  const extraLength = entry.readUInt32BE(36)
  const end = entryHeaderBytes + extraLength + idLength + nameLength
  if (end > entry.length) return null
  // Newer images give the size in 64 bits, in the extra data.
  const vmStateBytes = extraLength >= 8 ? Number(entry.readBigUInt64BE(entryHeaderBytes)) : entry.readUInt32BE(32)
  const diskBytes = extraLength >= 16 ? Number(entry.readBigUInt64BE(entryHeaderBytes + 8)) : null
  const mark = entry.toString('hex', 0, 24) // where its table lies, and when it was taken
  const table = { offset: Number(entry.readBigUInt64BE(0)), entryCount: entry.readUInt32BE(8) }
  const takenAtSeconds = entry.readUInt32BE(16)
  const name = entry.toString('utf8', end - nameLength, end)
  const id = entry.toString('utf8', end - nameLength - idLength, end - nameLength)
  return {
    name,
    point: { id, takenAtSeconds, table, vmStateBytes, diskBytes, mark },
    lengthBytes: Math.ceil(end / 8) * 8,
  }
}
