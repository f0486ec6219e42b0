import { join } from 'node:path'

import type { Host } from '../hosts/host.ts'

/** Where libvirt keeps what belongs to a machine besides its disks. */
export interface DaemonFolders {
  readonly savedStates: string
  readonly firmwareVariables: string
  readonly tpmStates: string
}

/** By libvirt's own rules for the system's and a user's daemon; null where its configuration is not known here. */
export function daemonFolders(kind: Host['kind'], homeDir: string, env: NodeJS.ProcessEnv): DaemonFolders | null {
  if (kind === 'system') {
    const qemu = '/var/lib/libvirt/qemu'
    return { savedStates: `${qemu}/save`, firmwareVariables: `${qemu}/nvram`, tpmStates: '/var/lib/libvirt/swtpm' }
  }
  if (kind !== 'session') return null
  const qemu = join(env['XDG_CONFIG_HOME'] ?? join(homeDir, '.config'), 'libvirt', 'qemu')
  return { savedStates: join(qemu, 'save'), firmwareVariables: join(qemu, 'nvram'), tpmStates: join(qemu, 'swtpm') }
}

export const savedStatePath = (folders: DaemonFolders, name: string) => join(folders.savedStates, `${name}.save`)
export const tpmStatePath = (folders: DaemonFolders, uuid: string) => join(folders.tpmStates, uuid)
/** Where libvirt puts them when the definition names no place: the name goes with the machine's name, the file does not. */
export const impliedNvramPath = (folders: DaemonFolders, name: string) =>
  join(folders.firmwareVariables, `${name}_VARS.fd`)
