import type { ReadAt } from '../this-computer/local-file.ts'

/* Microsoft's MS-VHDX: the region table (2.2.3) leads to the metadata (2.6), which say whether there is a parent. */

const regionTablesAt = [192 * 1024, 256 * 1024]
const tableBytes = 64 * 1024
const metadataRegion = guidBytes('8b7ca206-4790-4b9a-b8fe-575f050f886e')
const fileParameters = guidBytes('caa16737-fa36-4d43-b3b6-33f0aa44e76b')
const parentLocator = guidBytes('a8d35f2d-b30b-454d-abf7-d3d84834ab0c')
const hasParentBit = 2
const entryBytes = 32
const mostEntries = 2047

/** What is damaged has none here; QEMU refuses it then. */
export async function hasVhdxParent(readAt: ReadAt): Promise<boolean> {
  for (const tableAt of regionTablesAt) {
    const table = await readAt(tableAt, tableBytes)
    const region =
      table.toString('latin1', 0, 4) === 'regi' ? find(table, 16, table.readUInt32LE(8), metadataRegion) : null
    if (region !== null && (await saysParent(readAt, Number(region.readBigUInt64LE(16))))) return true
  }
  return false
}

async function saysParent(readAt: ReadAt, metadataAt: number): Promise<boolean> {
  const table = await readAt(metadataAt, tableBytes)
  if (table.length < 32 || table.toString('latin1', 0, 8) !== 'metadata') return false
  const count = table.readUInt16LE(10)
  if (find(table, 32, count, parentLocator) !== null) return true
  const item = find(table, 32, count, fileParameters)
  if (item === null) return false
  const parameters = await readAt(metadataAt + item.readUInt32LE(16), 8)
  return parameters.length === 8 && (parameters.readUInt32LE(4) & hasParentBit) !== 0
}

function find(table: Buffer, firstAt: number, count: number, guid: Buffer): Buffer | null {
  for (let index = 0; index < Math.min(count, mostEntries); index += 1) {
    const entry = table.subarray(firstAt + index * entryBytes, firstAt + (index + 1) * entryBytes)
    if (entry.length === entryBytes && entry.subarray(0, 16).equals(guid)) return entry
  }
  return null
}

/** Its first three fields are stored with the lowest byte first. */
function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex')
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}
