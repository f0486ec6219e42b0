import { dirname } from 'node:path'

import type { FileRight } from '@strata/contract/repairs.ts'

import { factsOrNull } from '../hosts/place/files-of.ts'
import type { FileFacts } from '../hosts/place/host-files.ts'
import type { HostPorts } from '../hosts/place/host-ports.ts'
import type { HostPrograms } from '../hosts/place/host-programs.ts'
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
 * Links are followed. Where nobody may look from here, nothing is known, and nothing is said.
 */
export async function closedPlaces(
  { files, programs }: Pick<HostPorts, 'files' | 'programs'>,
  path: string,
  right: 'read' | 'read-write',
  user: QemuUser,
): Promise<ClosedPlace[]> {
  if (files === null) return []
  const target = await files.realpath(path).catch(() => path) // not there, or out of our sight: the folders count all the same
  const folders = [...new Set([...foldersTo(path), ...foldersTo(target)])]
  const places = [
    ...folders.map((folder) => ({ path: folder, kind: 'folder', right: 'pass' }) as const),
    { path: target, kind: 'file', right } as const,
  ]
  const looks = await Promise.all(places.map(async (place) => ({ place, found: await factsOrNull(files, place.path) })))
  const closed: ClosedPlace[] = []
  for (const { place, found } of looks) {
    if (found === null || (await isOpen(programs, place.path, found, place.right, user))) continue
    closed.push({ ...place, ownerId: found.ownerId, mode: found.mode.toString(8).padStart(4, '0') })
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

async function isOpen(
  programs: HostPrograms | null,
  path: string,
  found: FileFacts,
  right: FileRight,
  user: QemuUser,
): Promise<boolean> {
  if (isOpenByMode(found, right, user)) return true
  if (found.ownerId === user.userId) return false // lists of further rights do not speak of the owner
  const list = programs === null ? null : await readAccessList(programs, path)
  return list !== null && isOpenByList(list, right, user)
}

/** One of the three sets of rights holds, the first that fits, as the kernel decides. */
function isOpenByMode({ mode, ownerId, groupId }: FileFacts, right: FileRight, user: QemuUser): boolean {
  const shift = ownerId === user.userId ? 6 : user.groupIds.has(groupId) ? 3 : 0
  const wanted = bits[right] << shift
  return (mode & wanted) === wanted
}

/** The list of further rights, as lines such as 'user:995:--x'; null: it cannot be read here. */
async function readAccessList(programs: HostPrograms, path: string): Promise<string | null> {
  const arguments_ = ['--numeric', '--omit-header', '--absolute-names', '--', path]
  const ended = await programs.run('getfacl', arguments_, { timeoutMs: patienceMs })
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
