import type { HostFiles } from './host-files.ts'
import type { HostPrograms } from './host-programs.ts'

/** The user by whom a host's files are seen and its programs run; a session daemon there is this user's. */
export interface HostLogin {
  readonly name: string
  readonly userId: number
  readonly groupIds: ReadonlySet<number>
  readonly homeDir: string
  /** XDG_CONFIG_HOME and XDG_DATA_HOME there, or what stands for them. */
  readonly configDir: string
  readonly dataDir: string
}

/** What can be done on a host besides asking its libvirt. */
export interface HostPorts {
  readonly files: HostFiles | null
  readonly programs: HostPrograms | null
  /** Null: not known. */
  readonly login: HostLogin | null
}

export const noPorts: HostPorts = { files: null, programs: null, login: null }
