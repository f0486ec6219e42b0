import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { isSessionUri, type ConnectionUri } from '../uri.ts'

/** Where a daemon listens, and what starts it when it may be started. */
export interface DaemonSocket {
  readonly path: string
  readonly isSession: boolean
  /** The daemon's program, such as 'libvirtd'. */
  readonly program: string
}

/** Drivers whose modular daemon is called virt<driver>d. */
const MODULAR_DRIVERS: ReadonlySet<string> = new Set([
  'qemu',
  'lxc',
  'xen',
  'bhyve',
  'vbox',
  'vz',
  'ch',
  'network',
  'storage',
  'nodedev',
  'secret',
  'interface',
  'nwfilter',
])

export interface SocketSearch {
  env: NodeJS.ProcessEnv
  userId: number
  readOnly: boolean
  exists?: (path: string) => boolean
}

/**
 * The socket that a URI means. `socket=` names it; else `mode=` decides between the driver's own daemon (direct),
 * libvirtd (legacy) and whichever is there (auto).
 * @see remoteGetUNIXSocket in libvirt for the order
 */
export function daemonSocket(uri: ConnectionUri, search: SocketSearch): DaemonSocket {
  const isSession = isSessionUri(uri, search.userId)
  const named = uri.parameters.get('socket')
  if (named !== undefined) return { path: named, isSession, program: 'libvirtd' }
  const exists = search.exists ?? existsSync
  const folders = isSession ? [sessionFolder(search.env)] : ['/run/libvirt', '/var/run/libvirt']
  const suffix = search.readOnly && !isSession ? '-sock-ro' : '-sock'
  const candidates = daemonPrograms(uri).flatMap((program) => {
    const bare = program === 'libvirtd' ? 'libvirt' : program
    return folders.map((folder) => ({ path: `${folder}/${bare}${suffix}`, isSession, program }))
  })
  const found = candidates.find((candidate) => exists(candidate.path))
  return found ?? preferredWhenAbsent(candidates, search.env, exists)
}

/** Nothing listens yet: the daemon whose program is installed, as that is the one that could be started. */
function preferredWhenAbsent(
  candidates: readonly DaemonSocket[],
  env: NodeJS.ProcessEnv,
  exists: (path: string) => boolean,
): DaemonSocket {
  const installed = candidates.find(({ program }) => findProgram(program, env, exists) !== null)
  const last = candidates.at(-1)
  const socket = installed ?? candidates.find(({ program }) => program === last?.program)
  if (!socket) throw new TypeError('a URI without a daemon')
  return socket
}

/** The daemons that may serve a URI, the first choice first. */
export function daemonPrograms(uri: ConnectionUri): string[] {
  const mode = uri.parameters.get('mode') ?? 'auto'
  const modular = MODULAR_DRIVERS.has(uri.driver) ? `virt${uri.driver}d` : null
  if (mode === 'legacy') return ['libvirtd']
  if (mode === 'direct') return [modular ?? 'virtproxyd']
  if (mode !== 'auto') throw new TypeError(`mode=${mode} is none of auto, direct, legacy`)
  return modular ? [modular, 'libvirtd'] : ['libvirtd', 'virtproxyd']
}

function sessionFolder(env: NodeJS.ProcessEnv): string {
  const runtime = env['XDG_RUNTIME_DIR']
  if (runtime) return `${runtime}/libvirt`
  const home = env['HOME'] ?? homedir()
  return `${env['XDG_CACHE_HOME'] ?? `${home}/.cache`}/libvirt`
}

/** Daemons stand in sbin, which a user's PATH often lacks. */
export function findProgram(
  program: string,
  env: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): string | null {
  const named = program === 'libvirtd' ? env['LIBVIRTD_PATH'] : undefined
  if (named) return named
  const folders = [...(env['PATH'] ?? '').split(':').filter(Boolean), '/usr/sbin', '/sbin', '/usr/local/sbin']
  return folders.map((folder) => `${folder}/${program}`).find((path) => exists(path)) ?? null
}
