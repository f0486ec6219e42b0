import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'

import { findProgram } from '../../this-computer/find-program.ts'
import { runProgram } from '../../this-computer/run-program.ts'
import type { HostLogin, HostPorts } from './host-ports.ts'
import type { HostPrograms } from './host-programs.ts'
import { ownFiles } from './own-files.ts'

/** The programs of this computer, run by this process. */
export const ownPrograms: HostPrograms = {
  canAskAdministrator: true,
  find: (name) => findProgram(name),
  run: (program, programArguments, options) => runProgram(program, programArguments, options),
}

/** The user that this process runs as. */
export function ownLogin(homeDir = homedir(), env: NodeJS.ProcessEnv = process.env): HostLogin {
  return {
    name: userName(env),
    userId: process.getuid?.() ?? 0,
    groupIds: new Set(process.getgroups?.() ?? []),
    homeDir,
    configDir: env['XDG_CONFIG_HOME'] ?? join(homeDir, '.config'),
    dataDir: env['XDG_DATA_HOME'] ?? join(homeDir, '.local', 'share'),
  }
}

export const ownPorts = (homeDir?: string): HostPorts => ({
  files: ownFiles,
  programs: ownPrograms,
  login: ownLogin(homeDir),
})

/** A process may run as a user that the system has no name for. */
function userName(env: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username
  } catch {
    return env['USER'] ?? String(process.getuid?.() ?? '')
  }
}
