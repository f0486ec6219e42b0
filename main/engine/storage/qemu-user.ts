import type { CapabilitiesXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { factsOrNull } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import type { HostLogin } from '../hosts/place/host-ports.ts'

/** Who a daemon's guests run as: images are read with this user's rights, not with those of whoever made them. */
export interface QemuUser {
  readonly name: string
  readonly userId: number
  readonly groupIds: ReadonlySet<number>
}

/** Null: guests run as root, who may do everything, or the daemon does not tell. */
export async function qemuUserOf(
  host: Pick<Host, 'address' | 'files' | 'login'>,
  capabilities: CapabilitiesXml | null,
): Promise<QemuUser | null> {
  const userId = host.address.scope === 'system' ? labelledUserId(capabilities) : await sessionUserId(host)
  return userId === null || userId === 0 || host.files === null ? null : describeUser(host.files, host.login, userId)
}

/** libvirt gives it as the label of its driver for plain rights: '+64055:+108'. */
function labelledUserId(capabilities: CapabilitiesXml | null): number | null {
  const plain = capabilities?.host.securityModels.find(({ model }) => model === 'dac')
  const label = plain?.element.elements.find((each) => each.localName === 'baselabel')?.text
  const digits = /^\+?(\d+)/.exec(label?.trim() ?? '')?.[1]
  return digits === undefined ? null : Number(digits)
}

/** A session daemon runs guests as itself, and it owns the socket that it listens on. */
async function sessionUserId({
  address,
  files,
  login,
}: Pick<Host, 'address' | 'files' | 'login'>): Promise<number | null> {
  const { socketPath } = address
  const socket = socketPath === null || files === null ? null : await factsOrNull(files, socketPath)
  // Out of our sight, but it answers: then it is most likely that of the login.
  return socket?.ownerId ?? login?.userId ?? null
}

export async function describeUser(
  files: Pick<HostFiles, 'readText'>,
  login: Pick<HostLogin, 'userId' | 'groupIds'> | null,
  userId: number,
): Promise<QemuUser> {
  const [users, groups] = await Promise.all([readTable(files, '/etc/passwd'), readTable(files, '/etc/group')])
  const [name = String(userId), , , groupId] = users.find(([, , id]) => id === String(userId)) ?? []
  const memberOf = groups.filter(([, , , members]) => members?.split(',').includes(name)).map(([, , id]) => Number(id))
  // Those of the login count, whatever the lists say.
  const groupIds = login?.userId === userId ? login.groupIds : memberOf
  return { name, userId, groupIds: new Set([...groupIds, ...(groupId === undefined ? [] : [Number(groupId)])]) }
}

async function readTable(files: Pick<HostFiles, 'readText'>, path: string): Promise<string[][]> {
  const text = await files.readText(path).catch(() => '') // not on every system: then nobody is listed
  return text.split('\n').map((line) => line.split(':'))
}
