import { both16, both32, discDate, sectorBytes, sectorsFor, ucs2 } from './iso-bytes.ts'
import { FolderTree } from './iso-folder-tree.ts'
import { jolietNames, plainNames } from './iso-names.ts'
import { filesOf, treeOf, type DiscFile } from './iso-tree.ts'
import { rockRidgeOf, rockRidgeOfFolder, rockRidgeOfRoot } from './rock-ridge.ts'

/**
 * Writes ISO 9660 images (ECMA-119) with Rock Ridge for Linux and Joliet for Windows: two directory trees over the
 * same files. Made for the few small files that a new guest reads at its first boot.
 */

const firstDescriptor = 16
const descriptorCount = 3
/** Joliet's label holds half of what ECMA-119's holds. */
const longestLabel = 16

/**
 * A whole image.
 * @param volumeId by which a guest finds it: 'cidata', 'OEMDRV'; at most 16 letters
 * @throws TypeError for a label or name that a disc cannot hold
 */
export function writeIso(volumeId: string, files: readonly DiscFile[]): Uint8Array {
  if (!/^[A-Za-z0-9_-]+$/.test(volumeId) || volumeId.length > longestLabel)
    throw new TypeError(`“${volumeId}” cannot be the label of a disc`)
  const root = treeOf(files)
  const plain = new FolderTree(root, plainNames, {
    entry: rockRidgeOf,
    folder: rockRidgeOfFolder,
    root: rockRidgeOfRoot,
  })
  const joliet = new FolderTree(root, jolietNames, null)

  // A path table's size does not depend on what it says.
  const tableSectors = sectorsFor(plain.pathTable('little').length)
  const jolietTableSectors = sectorsFor(joliet.pathTable('little').length)
  const table = firstDescriptor + descriptorCount
  const jolietTable = table + 2 * tableSectors
  const folders = jolietTable + 2 * jolietTableSectors
  const jolietFolders = plain.place(folders)
  let end = joliet.place(jolietFolders)
  for (const file of filesOf(root)) {
    file.sector = end
    end += sectorsFor(file.content.length)
  }

  const image = Buffer.alloc(end * sectorBytes)
  const put = (sector: number, bytes: Uint8Array) => image.set(bytes, sector * sectorBytes)
  const volume = { volumeId, sectorCount: end }
  put(firstDescriptor, descriptor(plain, { ...volume, table, tableSectors, kind: 'primary' }))
  put(
    firstDescriptor + 1,
    descriptor(joliet, { ...volume, table: jolietTable, tableSectors: jolietTableSectors, kind: 'joliet' }),
  )
  put(firstDescriptor + 2, Buffer.from('\u{ff}CD001\u{1}', 'latin1'))
  put(table, plain.pathTable('little'))
  put(table + tableSectors, plain.pathTable('big'))
  put(jolietTable, joliet.pathTable('little'))
  put(jolietTable + jolietTableSectors, joliet.pathTable('big'))
  put(folders, plain.bytes())
  put(jolietFolders, joliet.bytes())
  for (const file of filesOf(root)) put(file.sector, file.content)
  return image
}

interface Volume {
  readonly kind: 'primary' | 'joliet'
  readonly volumeId: string
  readonly sectorCount: number
  readonly table: number
  readonly tableSectors: number
}

/** ECMA-119, 8.4 and 8.5. */
function descriptor(tree: FolderTree, { kind, volumeId, sectorCount, table, tableSectors }: Volume): Buffer {
  const text = (value: string, length: number) =>
    kind === 'primary' ? Buffer.from(value.padEnd(length, ' '), 'latin1') : ucs2(value.padEnd(length / 2, ' '))
  const fileName = Buffer.concat([text('', 36), Buffer.from(kind === 'primary' ? ' ' : '\0', 'latin1')])
  const path = Buffer.alloc(16)
  path.writeUInt32LE(table, 0)
  path.writeUInt32BE(table + tableSectors, 8)
  return Buffer.concat([
    Buffer.from([kind === 'primary' ? 1 : 2]),
    Buffer.from('CD001\u{1}\0', 'latin1'),
    text('', 32),
    text(volumeId, 32),
    Buffer.alloc(8),
    both32(sectorCount),
    Buffer.from((kind === 'primary' ? '' : '%/E').padEnd(32, '\0'), 'latin1'),
    both16(1),
    both16(1),
    both16(sectorBytes),
    both32(tree.pathTable('little').length),
    path,
    tree.rootRecord(),
    ...[128, 128, 128, 128].map((length) => text('', length)),
    ...[fileName, fileName, fileName],
    ...[discDate.descriptor, discDate.descriptor, discDate.none, discDate.none],
    Buffer.from([1]),
  ])
}
