import { both32, discDate } from './iso-bytes.ts'
import type { TreeFile, TreeFolder } from './iso-tree.ts'

/**
 * Rock Ridge (IEEE P1282, RRIP_1991A on SUSP 1.10): POSIX names and modes in what ECMA-119 leaves free at a directory
 * record's end. Everything fits into the records, so there are no continuation areas.
 */

const modes = { file: 0o100_444, folder: 0o040_555 } as const

function field(signature: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from(signature, 'latin1'), Buffer.from([body.length + 4, 1]), body])
}

/** Owner root, readable by all: what is on a CD is nobody's. */
function attributes(entry: TreeFile | TreeFolder): Buffer[] {
  const links = entry.kind === 'file' ? 1 : 2
  const modified = Buffer.concat([Buffer.from([0b0000_0010]), discDate.record])
  return [field('PX', both32(modes[entry.kind]), both32(links), both32(0), both32(0)), field('TF', modified)]
}

export function rockRidgeOf(entry: TreeFile | TreeFolder): Buffer {
  return Buffer.concat([...attributes(entry), field('NM', Buffer.from([0]), Buffer.from(entry.name, 'utf8'))])
}

/** For the records '.' and '..'. */
export function rockRidgeOfFolder(folder: TreeFolder): Buffer {
  return Buffer.concat(attributes(folder))
}

/** The root's '.' says that the extension is in use, and which one. */
export function rockRidgeOfRoot(root: TreeFolder): Buffer {
  const name = Buffer.from('RRIP_1991A', 'latin1')
  const description = Buffer.from('POSIX names and modes', 'latin1')
  const reference = field('ER', Buffer.from([name.length, description.length, 0, 1]), name, description)
  return Buffer.concat([field('SP', Buffer.from([0xbe, 0xef, 0])), ...attributes(root), reference])
}
