import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Stats } from 'node:fs'

import { systemCodeOf } from '../strata-error.ts'

/** Who the system daemon's guests run as: they read images with this user's rights, not with those of whoever made them. */
export interface QemuUser {
  readonly name: string
  readonly userId: number
  readonly groupIds: ReadonlySet<number>
}

/** Debian's name, and the one of most others. Null: neither is there, or guests run as root. */
const qemuUserNames: ReadonlySet<string> = new Set(['libvirt-qemu', 'qemu'])

export async function readQemuUser(passwdPath = '/etc/passwd', groupPath = '/etc/group'): Promise<QemuUser | null> {
  const users = (await readFile(passwdPath, 'utf8')).split('\n').map((line) => line.split(':'))
  const user = users.find(([name]) => name !== undefined && qemuUserNames.has(name))
  if (user === undefined) return null
  const [name = '', , userId, groupId] = user
  const groups = (await readFile(groupPath, 'utf8')).split('\n').map((line) => line.split(':'))
  const memberOf = groups.filter(([, , , members]) => members?.split(',').includes(name)).map(([, , id]) => Number(id))
  return { name, userId: Number(userId), groupIds: new Set([Number(groupId), ...memberOf]) }
}

/** Null: it can. Else a sentence that names the folder or file which is closed. */
export async function whyUnreadable(path: string, user: QemuUser): Promise<string | null> {
  const closed = await whyUnreachable(path, user)
  if (closed !== null) return closed
  const file = await statOrNull(path)
  if (file !== null && !allows(file, user, 0o4))
    return `The file may not be read by ${user.name}, the user that machines of the system run as.`
  return null
}

/** The same of the folders alone: what a machine writes to is made its user's own by libvirt, when it can be reached. */
export async function whyUnreachable(path: string, user: QemuUser): Promise<string | null> {
  const folders: string[] = []
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.unshift(folder)
    if (folder === dirname(folder)) break
  }
  for (const folder of folders) {
    const found = await statOrNull(folder)
    if (found !== null && !allows(found, user, 0o1))
      return `The folder ${folder} is closed to ${user.name}, the user that machines of the system run as.`
  }
  return null
}

/** One of the three sets of rights holds, the first that fits, as the kernel decides. Lists of further rights show in the group's. */
function allows({ mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>, user: QemuUser, right: 0o1 | 0o4): boolean {
  if (uid === user.userId) return (mode & (right << 6)) !== 0
  if (user.groupIds.has(gid)) return (mode & (right << 3)) !== 0
  return (mode & right) !== 0
}

/** Null: we may not look there ourselves, so nothing is known. */
async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}
