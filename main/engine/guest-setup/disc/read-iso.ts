import type { ReadAt } from '../../read-at.ts'
import { sectorBytes } from './iso-bytes.ts'
import { readFolder, type IsoEntry } from './iso-folder.ts'

/**
 * Takes files out of ISO 9660 images that others made. Nothing of an image is believed: every length is bounded, and
 * an image that leads in circles is followed as far as the wanted path has steps.
 */

const firstDescriptorSector = 16
const mostDescriptors = 32
const rootRecordOffset = 156
const rootRecordBytes = 34

/**
 * Reads one file by its path: by its Rock Ridge name, its plain one in capitals, or its Joliet one.
 * @param mostBytes a longer file is refused with a RangeError
 * @returns null: there is no such file, or this is not an ISO 9660 image
 */
export async function readIsoFile(readAt: ReadAt, path: string, mostBytes: number): Promise<Uint8Array | null> {
  for (const tree of await treesOf(readAt)) {
    const entry = await entryAt(readAt, tree, path)
    if (entry === null || entry.isFolder) continue
    if (entry.bytes > mostBytes) throw new RangeError(`${path} has ${entry.bytes} bytes, and ${mostBytes} are too many`)
    const content = await readAt(entry.sector * sectorBytes, entry.bytes)
    if (content.length < entry.bytes) throw new RangeError(`the image ends in the middle of ${path}`)
    return content
  }
  return null
}

interface Tree {
  readonly root: IsoEntry
  readonly names: 'plain' | 'joliet'
}

async function treesOf(readAt: ReadAt): Promise<Tree[]> {
  const trees: Tree[] = []
  for (let index = 0; index < mostDescriptors; index += 1) {
    const sector = await readAt((firstDescriptorSector + index) * sectorBytes, sectorBytes)
    if (sector.length < sectorBytes || Buffer.from(sector.subarray(1, 6)).toString('latin1') !== 'CD001') break
    if (sector[0] === 255) break
    const names = namesOf(sector)
    const record = Buffer.from(sector.subarray(rootRecordOffset, rootRecordOffset + rootRecordBytes))
    if (names !== null)
      trees.push({
        names,
        root: { names: [], sector: record.readUInt32LE(2), bytes: record.readUInt32LE(10), isFolder: true },
      })
  }
  return trees
}

function namesOf(descriptor: Uint8Array): Tree['names'] | null {
  if (descriptor[0] === 1) return 'plain'
  const isJoliet = descriptor[0] === 2 && descriptor[88] === 0x25 && descriptor[89] === 0x2f
  return isJoliet ? 'joliet' : null
}

async function entryAt(readAt: ReadAt, { root, names }: Tree, path: string): Promise<IsoEntry | null> {
  let entry = root
  for (const step of path.split('/').filter((each) => each !== '')) {
    if (!entry.isFolder) return null
    const next = (await readFolder(readAt, entry, names)).find((each) => each.names.some((name) => isSame(name, step)))
    if (next === undefined) return null
    entry = next
  }
  return entry
}

/** Plain names are in capitals, whatever the file was called. */
const isSame = (name: string, wanted: string) => name.toLowerCase() === wanted.toLowerCase()
