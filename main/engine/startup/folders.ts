import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** Where Strata keeps its things, by the XDG Base Directory Specification. */
export interface Folders {
  readonly configDir: string
  readonly dataDir: string
  readonly cacheDir: string
  /** Logs. */
  readonly stateDir: string
  readonly homeDir: string
}

/** @param own the name of Strata's own folder in each: the demo has others, so that it can run beside the real one */
export function foldersOf(env: NodeJS.ProcessEnv, own = 'strata'): Folders {
  const homeDir = absolute(env['HOME']) ?? homedir()
  const folder = (name: string, ...fallback: string[]) => join(absolute(env[name]) ?? join(homeDir, ...fallback), own)
  return {
    configDir: folder('XDG_CONFIG_HOME', '.config'),
    dataDir: folder('XDG_DATA_HOME', '.local', 'share'),
    cacheDir: folder('XDG_CACHE_HOME', '.cache'),
    stateDir: folder('XDG_STATE_HOME', '.local', 'state'),
    homeDir,
  }
}

/** The specification says to ignore a relative path. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}
