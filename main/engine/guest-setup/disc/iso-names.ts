import { ucs2 } from './iso-bytes.ts'
import type { TreeFile, TreeFolder } from './iso-tree.ts'

/** How one of the two trees of a disc names its entries, as the bytes that stand in the records. */
export type Naming = (folder: TreeFolder) => ReadonlyMap<TreeFile | TreeFolder, Buffer>

/** Joliet: the name itself; files carry a version. */
export const jolietNames: Naming = ({ entries }) =>
  new Map([...entries.values()].map((entry) => [entry, ucs2(entry.kind === 'file' ? `${entry.name};1` : entry.name)]))

/**
 * ECMA-119 level 1: eight and three of A–Z, 0–9 and the underscore. Such a name is read by firmware at most, as
 * Rock Ridge has the true one; it has to be there and to be unlike its neighbours'.
 */
export const plainNames: Naming = ({ entries }) => {
  const taken = new Set<string>()
  const names = new Map<TreeFile | TreeFolder, Buffer>()
  for (const entry of entries.values()) {
    const [base, extension] = shortened(entry.name, entry.kind)
    let name = base
    for (let number = 1; taken.has(`${name}.${extension}`); number += 1) {
      name = `${base.slice(0, 8 - String(number).length)}${number}`
    }
    taken.add(`${name}.${extension}`)
    names.set(entry, Buffer.from(entry.kind === 'file' ? `${name}.${extension};1` : name, 'latin1'))
  }
  return names
}

function shortened(name: string, kind: 'file' | 'folder'): [base: string, extension: string] {
  const clean = (text: string, length: number) =>
    text
      .toUpperCase()
      .replace(/[^A-Z0-9_]/g, '_')
      .slice(0, length)
  const dot = kind === 'file' ? name.lastIndexOf('.') : -1
  if (dot <= 0) return [clean(name, 8), '']
  return [clean(name.slice(0, dot), 8), clean(name.slice(dot + 1), 3)]
}
