import { join } from 'node:path'

import type { Host } from '../hosts/host.ts'

/** Where libvirt keeps what belongs to a machine besides its disks. */
export interface DaemonFolders {
  readonly savedStates: string
  readonly firmwareVariables: string
  readonly tpmStates: string
}

/** By libvirt's own rules for the system's and a user's daemon; null where its configuration is not known here. */
export function daemonFolders({ address, login }: Pick<Host, 'address' | 'login'>): DaemonFolders | null {
  if (address.driver === 'test') return null
  if (address.scope === 'system') {
    const qemu = '/var/lib/libvirt/qemu'
    return { savedStates: `${qemu}/save`, firmwareVariables: `${qemu}/nvram`, tpmStates: '/var/lib/libvirt/swtpm' }
  }
  if (login === null) return null
  const qemu = join(login.configDir, 'libvirt', 'qemu')
  return { savedStates: join(qemu, 'save'), firmwareVariables: join(qemu, 'nvram'), tpmStates: join(qemu, 'swtpm') }
}

export const savedStatePath = (folders: DaemonFolders, name: string) => join(folders.savedStates, `${name}.save`)
export const tpmStatePath = (folders: DaemonFolders, uuid: string) => join(folders.tpmStates, uuid)
/** Where libvirt puts them when the definition names no place: the name goes with the machine's name, the file does not. */
export const impliedNvramPath = (folders: DaemonFolders, name: string) =>
  join(folders.firmwareVariables, `${name}_VARS.fd`)
