export interface DiscFile {
  /** From the root: 'user-data', 'openstack/latest/meta_data.json'. */
  readonly path: string
  readonly content: Uint8Array
}

export interface TreeFile {
  readonly kind: 'file'
  readonly name: string
  readonly content: Uint8Array
  /** Where its content begins; set when the disc is laid out. */
  sector: number
}

export interface TreeFolder {
  readonly kind: 'folder'
  readonly name: string
  readonly parent: TreeFolder | null
  readonly entries: Map<string, TreeFile | TreeFolder>
}

/** With this length the name and its Rock Ridge fields still fit into one directory record of 255 bytes. */
const longestName = 100

/** @throws TypeError for a path that no disc can hold: two files of one name, a file that is also a folder, odd names */
export function treeOf(files: readonly DiscFile[]): TreeFolder {
  const root: TreeFolder = { kind: 'folder', name: '', parent: null, entries: new Map() }
  for (const { path, content } of files) {
    const steps = path.split('/')
    const name = steps.pop() ?? ''
    let folder = root
    for (const step of steps) folder = folderIn(folder, step)
    checkName(name)
    if (folder.entries.has(name)) throw new TypeError(`there is a second file at ${path}`)
    folder.entries.set(name, { kind: 'file', name, content, sector: 0 })
  }
  return root
}

/** Breadth first, as path tables want them: a folder's number is its place in this list. */
export function foldersOf(root: TreeFolder): TreeFolder[] {
  const folders = [root]
  for (const folder of folders) {
    for (const entry of folder.entries.values()) if (entry.kind === 'folder') folders.push(entry)
  }
  return folders
}

export function filesOf(root: TreeFolder): TreeFile[] {
  return foldersOf(root).flatMap(({ entries }) => [...entries.values()].filter((entry) => entry.kind === 'file'))
}

function folderIn(parent: TreeFolder, name: string): TreeFolder {
  checkName(name)
  const there = parent.entries.get(name)
  if (there?.kind === 'file') throw new TypeError(`${name} cannot be both a file and a folder`)
  const folder = there ?? { kind: 'folder' as const, name, parent, entries: new Map() }
  parent.entries.set(name, folder)
  return folder
}

function checkName(name: string): void {
  // Outside the basic plane Joliet has no letters; slashes and what its specification forbids cannot be in a name.
  if (
    name === '' ||
    name === '.' ||
    name === '..' ||
    Buffer.byteLength(name) > longestName ||
    /[*/:;?\\\p{Cc}\u{10000}-\u{10ffff}]/u.test(name)
  )
    throw new TypeError(`“${name}” cannot be the name of a file on a disc`)
}
