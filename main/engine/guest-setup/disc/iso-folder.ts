import type { ReadAt } from '../../read-at.ts'
import { sectorBytes } from './iso-bytes.ts'

export interface IsoEntry {
  /** What it may be called: its Rock Ridge name where it has one, and the one in the record. */
  readonly names: readonly string[]
  readonly sector: number
  readonly bytes: number
  readonly isFolder: boolean
}

/** Some ten thousand entries. */
const mostFolderBytes = 2 * 1024 ** 2
/** Rock Ridge continues elsewhere where a record is too short: once for a long name, never often. */
const mostContinuations = 4
const shortestRecord = 34
const flag = { folder: 0x02, moreExtents: 0x80 } as const

/** The entries of a folder. Files in several extents, which are larger than four gigabytes, are left out. */
export async function readFolder(readAt: ReadAt, folder: IsoEntry, names: 'plain' | 'joliet'): Promise<IsoEntry[]> {
  const length = Math.min(folder.bytes, mostFolderBytes)
  const bytes = Buffer.from(await readAt(folder.sector * sectorBytes, length))
  const entries: IsoEntry[] = []
  let at = 0
  while (at + shortestRecord <= bytes.length) {
    const recordBytes = bytes[at] ?? 0
    if (recordBytes === 0) {
      at = (Math.floor(at / sectorBytes) + 1) * sectorBytes // the rest of this sector is empty
      continue
    }
    const record = bytes.subarray(at, at + recordBytes)
    if (record.length < shortestRecord) break
    const entry = await readRecord(readAt, record, names)
    if (entry !== null) entries.push(entry)
    at += recordBytes
  }
  return entries
}

async function readRecord(readAt: ReadAt, record: Buffer, naming: 'plain' | 'joliet'): Promise<IsoEntry | null> {
  const nameBytes = record[32] ?? 0
  const name = record.subarray(33, 33 + nameBytes)
  const flags = record[25] ?? 0
  if ((flags & flag.moreExtents) !== 0 || (name.length === 1 && (name[0] ?? 0) <= 1)) return null // '.' and '..'
  const extension = record.subarray(33 + nameBytes + ((nameBytes + 1) % 2))
  const posixName = naming === 'plain' ? await rockRidgeName(readAt, extension) : ''
  return {
    names: [...(posixName === '' ? [] : [posixName]), recordName(name, naming)],
    sector: record.readUInt32LE(2),
    bytes: record.readUInt32LE(10),
    isFolder: (flags & flag.folder) !== 0,
  }
}

/** Without the version behind the semicolon, and without the dot of a name that has no extension. */
function recordName(bytes: Buffer, naming: 'plain' | 'joliet'): string {
  const text =
    naming === 'plain' ? bytes.toString('latin1') : new TextDecoder('utf-16be').decode(bytes.subarray(0, bytes.length))
  return text.replace(/;\d+$/, '').replace(/\.$/, '')
}

async function rockRidgeName(readAt: ReadAt, extension: Buffer): Promise<string> {
  const parts: Buffer[] = []
  let area = extension
  for (let areas = 0; areas <= mostContinuations; areas += 1) {
    let next: { offset: number; bytes: number } | null = null
    for (const { signature, body } of fieldsOf(area)) {
      if (signature === 'NM') parts.push(body.subarray(1))
      if (signature === 'CE' && body.length >= 24)
        next = {
          offset: body.readUInt32LE(0) * sectorBytes + body.readUInt32LE(8),
          bytes: Math.min(body.readUInt32LE(16), sectorBytes),
        }
    }
    if (next === null) break
    area = Buffer.from(await readAt(next.offset, next.bytes))
  }
  return Buffer.concat(parts).toString('utf8')
}

function* fieldsOf(area: Buffer): Generator<{ signature: string; body: Buffer }> {
  let at = 0
  while (at + 4 <= area.length) {
    const length = area[at + 2] ?? 0
    if (length < 4 || at + length > area.length) return
    yield { signature: area.toString('latin1', at, at + 2), body: area.subarray(at + 4, at + length) }
    at += length
  }
}
