import { both16, both32, discDate, sectorBytes, sectorsFor } from './iso-bytes.ts'
import type { Naming } from './iso-names.ts'
import { foldersOf, type TreeFile, type TreeFolder } from './iso-tree.ts'

/** What is written behind the name in a record; the plain tree has Rock Ridge there, Joliet nothing. */
export interface Extension {
  readonly entry: (entry: TreeFile | TreeFolder) => Buffer
  readonly folder: (folder: TreeFolder) => Buffer
  readonly root: (root: TreeFolder) => Buffer
}

type FolderPlace = { readonly sector: number; readonly bytes: number }

/** One of the two directory trees of a disc: how large it is, and, once everything has its sector, its bytes. */
export class FolderTree {
  readonly #folders: TreeFolder[]
  readonly #names = new Map<TreeFile | TreeFolder, Buffer>()
  readonly #places = new Map<TreeFolder, FolderPlace>()

  constructor(
    readonly root: TreeFolder,
    naming: Naming,
    readonly extension: Extension | null,
  ) {
    this.#folders = foldersOf(root)
    for (const folder of this.#folders) for (const [entry, name] of naming(folder)) this.#names.set(entry, name)
  }

  /** Gives every folder its sectors, from this one on; answers the first that is free behind them. */
  place(firstSector: number): number {
    let sector = firstSector
    for (const folder of this.#folders) {
      const bytes = this.#packed(this.#records(folder)).length
      this.#places.set(folder, { sector, bytes })
      sector += sectorsFor(bytes)
    }
    return sector
  }

  /** All folders behind one another. Files must have their sectors by now. */
  bytes(): Buffer {
    return Buffer.concat(this.#folders.map((folder) => this.#packed(this.#records(folder))))
  }

  rootRecord(): Buffer {
    return this.#record(this.root, Buffer.from([0]), Buffer.alloc(0))
  }

  /** Folders by number, each with its parent's: a short cut that old systems and firmware use. */
  pathTable(order: 'little' | 'big'): Buffer {
    const numbers = new Map(this.#folders.map((folder, index) => [folder, index + 1]))
    return Buffer.concat(
      this.#folders.map((folder) => {
        const name = folder.parent === null ? Buffer.from([0]) : (this.#names.get(folder) ?? Buffer.alloc(0))
        const head = Buffer.alloc(8)
        head[0] = name.length
        const sector = this.#placeOf(folder).sector
        const parent = numbers.get(folder.parent ?? folder) ?? 1
        if (order === 'little') head.writeUInt16LE(parent, head.writeUInt32LE(sector, 2))
        else head.writeUInt16BE(parent, head.writeUInt32BE(sector, 2))
        return Buffer.concat([head, name, Buffer.alloc(name.length % 2)])
      }),
    )
  }

  #placeOf(folder: TreeFolder): FolderPlace {
    return this.#places.get(folder) ?? { sector: 0, bytes: 0 } // only while sizes are counted
  }

  #records(folder: TreeFolder): Buffer[] {
    const none = Buffer.alloc(0)
    const own = folder.parent === null ? this.extension?.root(folder) : this.extension?.folder(folder)
    const parent = folder.parent ?? folder
    const entries = [...folder.entries.values()]
      .map((entry) => ({ entry, name: this.#names.get(entry) ?? none }))
      .sort((first, second) => Buffer.compare(first.name, second.name))
    return [
      this.#record(folder, Buffer.from([0]), own ?? none),
      this.#record(parent, Buffer.from([1]), this.extension?.folder(parent) ?? none),
      ...entries.map(({ entry, name }) => this.#record(entry, name, this.extension?.entry(entry) ?? none)),
    ]
  }

  #record(entry: TreeFile | TreeFolder, name: Buffer, extension: Buffer): Buffer {
    const place = entry.kind === 'file' ? { sector: entry.sector, bytes: entry.content.length } : this.#placeOf(entry)
    const body = Buffer.concat([
      both32(place.sector),
      both32(place.bytes),
      discDate.record,
      Buffer.from([entry.kind === 'folder' ? 2 : 0, 0, 0]),
      both16(1),
      Buffer.from([name.length]),
      name,
      Buffer.alloc((name.length + 1) % 2),
      extension,
    ])
    const padding = body.length % 2
    return Buffer.concat([Buffer.from([body.length + 2 + padding, 0]), body, Buffer.alloc(padding)])
  }

  /** No record may cross a sector's end. */
  #packed(records: readonly Buffer[]): Buffer {
    const parts: Buffer[] = []
    let used = 0
    for (const record of records) {
      const left = sectorBytes - (used % sectorBytes)
      if (record.length > left) {
        parts.push(Buffer.alloc(left))
        used += left
      }
      parts.push(record)
      used += record.length
    }
    parts.push(Buffer.alloc(sectorsFor(used) * sectorBytes - used))
    return Buffer.concat(parts)
  }
}
