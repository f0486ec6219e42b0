import { open, type FileHandle } from 'node:fs/promises'

import { systemCodeOf } from '../strata-error.ts'
import { readInnerPoints } from './qcow2-snapshots.ts'

/** For a disk of 2 PiB with clusters of the usual size; a larger table is no honest one. */
const mostEntries = 4 * 1024 ** 2
const headerBytes = 48
/** Says only that nothing else shares the cluster. */
const ownCluster = 1n << 63n

/**
 * Whether the content of a qcow2 image is that of one of its points, to the last byte, as right after going back: then
 * both tables lead to the same clusters. False: it has been written to since, or never went back. Null: it cannot be seen.
 * @see QEMU's docs/interop/qcow2.txt, "Guest-to-host cluster mapping"
 */
export async function standsAtPoint(path: string, name: string): Promise<boolean | null> {
  const [point, ...twins] = (await readInnerPoints(path))?.get(name) ?? []
  if (point === undefined || twins.length > 0) return null
  try {
    const file = await open(path)
    try {
      const header = (await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)).buffer
      const now = await readTable(file, Number(header.readBigUInt64BE(40)), header.readUInt32BE(36))
      const then = await readTable(file, point.table.offset, point.table.entryCount)
      return now === null || then === null ? null : areSame(now, then)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}

async function readTable(file: FileHandle, offset: number, entryCount: number): Promise<Buffer | null> {
  if (entryCount > mostEntries || !Number.isSafeInteger(offset)) return null
  const bytes = entryCount * 8
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset)
  return bytesRead < bytes ? null : buffer
}

/** An image that has grown since has more entries; they lead nowhere until they are written to. */
function areSame(one: Buffer, other: Buffer): boolean {
  const entryAt = (table: Buffer, at: number) => (at + 8 <= table.length ? table.readBigUInt64BE(at) & ~ownCluster : 0n)
  for (let at = 0; at < Math.max(one.length, other.length); at += 8)
    if (entryAt(one, at) !== entryAt(other, at)) return false
  return true
}
