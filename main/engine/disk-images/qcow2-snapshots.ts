import { orNull } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'

const magic = 0x51_46_49_fb
/** Far more than anybody takes; the format allows 65,536, and who made the image need not be friendly. */
const mostPoints = 4_096
const entryHeaderBytes = 40
const longestEntryBytes = entryHeaderBytes + 1024 + 2 * 65_535
const pieceBytes = 64 * 1024

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
export function readInnerPoints(files: HostFiles, path: string): Promise<InnerPoints | null> {
  return orNull(files.withOpen(path, (file) => readPointTable((position, length) => file.readAt(position, length))))
}

type ReadAt = (position: number, length: number) => Promise<Buffer>

/** From the image's own bytes. */
export async function readPointTable(readAt: ReadAt): Promise<InnerPoints | null> {
  const header = await readAt(0, 72)
  if (header.length < 72 || header.readUInt32BE(0) !== magic) return null
  const count = header.readUInt32BE(60)
  const firstAt = header.readBigUInt64BE(64)
  if (count > mostPoints || firstAt > BigInt(Number.MAX_SAFE_INTEGER)) return null // not to be believed
  const table = new TableReader(readAt, Number(firstAt))
  const points = new Map<string, InnerPoint[]>()
  for (let index = 0; index < count; index += 1) {
    const read = await table.next()
    if (read === null) return null // a table that cannot be is no table
    points.set(read.name, [...(points.get(read.name) ?? []), read.point])
  }
  return points
}

/** Reads entry after entry in pieces of the table: most entries are of a hundred bytes. */
class TableReader {
  #piece: Buffer = Buffer.alloc(0)

  constructor(
    private readonly readAt: ReadAt,
    /** Where the piece begins in the file. */
    private at: number,
  ) {}

  async next() {
    for (let wanted = pieceBytes; ; wanted = longestEntryBytes) {
      const read = readEntry(this.#piece)
      if (read !== null) {
        this.#piece = this.#piece.subarray(read.lengthBytes)
        this.at += read.lengthBytes
        return read
      }
      if (this.#piece.length >= longestEntryBytes) return null
      const before = this.#piece.length
      this.#piece = await this.readAt(this.at, wanted)
      if (this.#piece.length <= before) return readEntry(this.#piece) // the file ends here
    }
  }
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
