import { orNull } from '../hosts/place/files-of.ts'
import type { HostFiles, OpenHostFile } from '../hosts/place/host-files.ts'
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
export async function standsAtPoint(files: HostFiles, path: string, name: string): Promise<boolean | null> {
  const [point, ...twins] = (await readInnerPoints(files, path))?.get(name) ?? []
  if (point === undefined || twins.length > 0) return null
  return orNull(
    files.withOpen(path, async (file) => {
      const header = await file.readAt(0, headerBytes)
      if (header.length < headerBytes) return null
      const now = await readTable(file, Number(header.readBigUInt64BE(40)), header.readUInt32BE(36))
      const then = await readTable(file, point.table.offset, point.table.entryCount)
      return now === null || then === null ? null : areSame(now, then)
    }),
  )
}

async function readTable(file: OpenHostFile, offset: number, entryCount: number): Promise<Buffer | null> {
  if (entryCount > mostEntries || !Number.isSafeInteger(offset)) return null
  const bytes = entryCount * 8
  const table = await file.readAt(offset, bytes)
  return table.length < bytes ? null : table
}

/** An image that has grown since has more entries; they lead nowhere until they are written to. */
function areSame(one: Buffer, other: Buffer): boolean {
  const entryAt = (table: Buffer, at: number) => (at + 8 <= table.length ? table.readBigUInt64BE(at) & ~ownCluster : 0n)
  for (let at = 0; at < Math.max(one.length, other.length); at += 8)
    if (entryAt(one, at) !== entryAt(other, at)) return false
  return true
}
