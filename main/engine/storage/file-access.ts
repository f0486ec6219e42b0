import { realpath, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { dirname } from 'node:path'

import type { FileRight } from '@strata/contract/repairs.ts'

import { runProgram } from '../this-computer/run-program.ts'
import { systemCodeOf } from '../strata-error.ts'
import type { QemuUser } from './qemu-user.ts'

/** A folder or file that keeps a user from a file. */
export interface ClosedPlace {
  readonly path: string
  readonly kind: 'folder' | 'file'
  /** What the user lacks there. */
  readonly right: FileRight
  readonly ownerId: number
  /** As `ls` tells it: '0700'. */
  readonly mode: string
}

const patienceMs = 3_000
const bits: Readonly<Record<FileRight, number>> = { pass: 0o1, read: 0o4, 'read-write': 0o6 }

/**
 * All that stands between a user and a file, from the root of the tree down to the file itself; none: nothing does.
 * Links are followed. Where this process may not look, nothing is known, and nothing is said.
 */
export async function closedPlaces(path: string, right: 'read' | 'read-write', user: QemuUser): Promise<ClosedPlace[]> {
  const target = await realpath(path).catch(() => path) // not there, or out of our sight: the folders count all the same
  const folders = [...new Set([...foldersTo(path), ...foldersTo(target)])]
  const places = [
    ...folders.map((folder) => ({ path: folder, kind: 'folder', right: 'pass' }) as const),
    { path: target, kind: 'file', right } as const,
  ]
  const looks = await Promise.all(places.map(async (place) => ({ place, found: await statOrNull(place.path) })))
  const closed: ClosedPlace[] = []
  for (const { place, found } of looks) {
    if (found === null || (await isOpen(place.path, found, place.right, user))) continue
    closed.push({ ...place, ownerId: found.uid, mode: (found.mode & 0o7777).toString(8).padStart(4, '0') })
  }
  return closed
}

function foldersTo(path: string): string[] {
  const folders: string[] = []
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.unshift(folder)
    if (folder === dirname(folder)) return folders
  }
}

async function isOpen(path: string, found: Stats, right: FileRight, user: QemuUser): Promise<boolean> {
  if (isOpenByMode(found, right, user)) return true
  if (found.uid === user.userId) return false // lists of further rights do not speak of the owner
  const list = await readAccessList(path)
  return list !== null && isOpenByList(list, right, user)
}

/** One of the three sets of rights holds, the first that fits, as the kernel decides. */
function isOpenByMode(
  { mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>,
  right: FileRight,
  user: QemuUser,
): boolean {
  const shift = uid === user.userId ? 6 : user.groupIds.has(gid) ? 3 : 0
  const wanted = bits[right] << shift
  return (mode & wanted) === wanted
}

/** The list of further rights, as lines such as 'user:995:--x'; null: it cannot be read here. */
async function readAccessList(path: string): Promise<string | null> {
  const arguments_ = ['--numeric', '--omit-header', '--absolute-names', '--', path]
  const ended = await runProgram('getfacl', arguments_, { timeoutMs: patienceMs })
  return ended.exitCode === 0 ? ended.outputText : null
}

/** An entry for the user alone decides; else any of its groups' may grant. The mask bounds both. */
export function isOpenByList(list: string, right: FileRight, user: QemuUser): boolean {
  const entries = [...list.matchAll(/^(user|group|mask|other):(\d*):([r-])([w-])([x-])/gm)].map(
    ([, kind, id, r, w, x]) => ({
      kind,
      id: id === '' ? null : Number(id),
      rights: (r === 'r' ? 4 : 0) | (w === 'w' ? 2 : 0) | (x === 'x' ? 1 : 0),
    }),
  )
  const mask = entries.find(({ kind }) => kind === 'mask')?.rights ?? 0o7
  const grants = (rights: number) => (rights & mask & bits[right]) === bits[right]
  const own = entries.find(({ kind, id }) => kind === 'user' && id === user.userId)
  if (own !== undefined) return grants(own.rights)
  return entries.some(
    ({ kind, id, rights }) => kind === 'group' && id !== null && user.groupIds.has(id) && grants(rights),
  )
}

/** Null: it is not there, or we may not look there ourselves. */
async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}
