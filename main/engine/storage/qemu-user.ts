import { readFile, stat } from 'node:fs/promises'

import type { CapabilitiesXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'

/** Who a daemon's guests run as: images are read with this user's rights, not with those of whoever made them. */
export interface QemuUser {
  readonly name: string
  readonly userId: number
  readonly groupIds: ReadonlySet<number>
}

/** Null: guests run as root, who may do everything, or the daemon does not tell. */
export async function qemuUserOf(
  host: Pick<Host, 'kind' | 'uri'>,
  capabilities: CapabilitiesXml | null,
): Promise<QemuUser | null> {
  const userId = host.kind === 'system' ? labelledUserId(capabilities) : await sessionUserId(host.uri)
  return userId === null || userId === 0 ? null : describeUser(userId)
}

/** libvirt gives it as the label of its driver for plain rights: '+64055:+108'. */
function labelledUserId(capabilities: CapabilitiesXml | null): number | null {
  const plain = capabilities?.host.securityModels.find(({ model }) => model === 'dac')
  const label = plain?.element.elements.find((each) => each.localName === 'baselabel')?.text
  const digits = /^\+?(\d+)/.exec(label?.trim() ?? '')?.[1]
  return digits === undefined ? null : Number(digits)
}

/** A session daemon runs guests as itself, and it owns the socket that it listens on. */
async function sessionUserId(uri: string): Promise<number | null> {
  const own = process.getuid?.() ?? null
  const socket = new URL(uri).searchParams.get('socket')
  if (socket === null) return own
  return stat(socket).then(
    ({ uid }) => uid,
    () => own, // out of our sight, but it answers: then it is most likely ours
  )
}

export async function describeUser(
  userId: number,
  passwdPath = '/etc/passwd',
  groupPath = '/etc/group',
): Promise<QemuUser> {
  const [users, groups] = await Promise.all([readTable(passwdPath), readTable(groupPath)])
  const [name = String(userId), , , groupId] = users.find(([, , id]) => id === String(userId)) ?? []
  const memberOf = groups.filter(([, , , members]) => members?.split(',').includes(name)).map(([, , id]) => Number(id))
  const isOwn = process.getuid?.() === userId // those of this login count, whatever the lists say
  const groupIds = isOwn ? (process.getgroups?.() ?? []) : memberOf
  return { name, userId, groupIds: new Set([...groupIds, ...(groupId === undefined ? [] : [Number(groupId)])]) }
}

async function readTable(path: string): Promise<string[][]> {
  const text = await readFile(path, 'utf8').catch(() => '') // not on every system: then nobody is listed
  return text.split('\n').map((line) => line.split(':'))
}
