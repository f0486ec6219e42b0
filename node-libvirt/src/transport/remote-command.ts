import type { ConnectionUri } from '../uri.ts'
import { daemonPrograms } from './socket-path.ts'
import { quoted, viaSh } from './shell.ts'

/** How our script on the other host says why it could not begin (sysexits.h: unavailable, no input). */
export const remoteExit = { noHelper: 69, noSocket: 66 } as const

/**
 * The command that carries the daemon's bytes on its stdin and stdout, for a remote login shell. `proxy=` decides:
 * `native` is virt-ssh-helper, which also starts session daemons; `netcat` is nc, older than it; `auto`, the default,
 * takes the helper where it is there. The helper finds the daemon by itself and cannot be told another: `socket=` and
 * `mode=` therefore mean netcat, as does a `netcat=` that is given.
 * @throws TypeError for parameters that contradict one another
 */
export function remoteCommand(uri: ConnectionUri, { readOnly }: { readOnly: boolean }): string {
  const netcat = uri.parameters.get('netcat')
  const onlyNetcat = ['netcat', 'socket', 'mode'].find((key) => (uri.parameters.get(key) ?? 'auto') !== 'auto')
  const asked = uri.parameters.get('proxy') ?? 'auto'
  const proxy = asked === 'auto' && onlyNetcat !== undefined ? 'netcat' : asked
  const missing = (what: string) => `echo ${quoted(`${what} is not installed`)} >&2; exit ${remoteExit.noHelper}`
  const helper = `exec virt-ssh-helper ${readOnly ? '-r ' : ''}${quoted(`${uri.driver}://${uri.path}`)}`
  const hasHelper = 'command -v virt-ssh-helper >/dev/null 2>&1'
  if (proxy === 'native') {
    if (onlyNetcat !== undefined) throw new TypeError(`${onlyNetcat}= has no meaning with proxy=native`)
    return viaSh(`if ${hasHelper}; then ${helper}; else ${missing('virt-ssh-helper')}; fi`)
  }
  const nc = quoted(netcat ?? 'nc')
  const hasNetcat = `command -v ${nc} >/dev/null 2>&1`
  const what = proxy === 'auto' ? 'neither virt-ssh-helper nor nc' : (netcat ?? 'nc')
  const byNetcat = `${hasNetcat} || { ${missing(what)}; }; ${findSocket(uri, readOnly)} ${execNetcat(nc)}`
  if (proxy === 'netcat') return viaSh(byNetcat)
  if (proxy === 'auto') return viaSh(`if ${hasHelper}; then ${helper}; else ${byNetcat}; fi`)
  throw new TypeError(`proxy=${proxy} is none of auto, native, netcat`)
}

/** The command that connects stdin and stdout with a unix socket of the other host. */
export function socketCommand(path: string, netcat = 'nc'): string {
  return viaSh(`s=${quoted(path)}; ${execNetcat(quoted(netcat))}`)
}

/** Some netcats stay when stdin ends, unless they are told not to by -q; others do not know it. */
function execNetcat(nc: string): string {
  return `if ${nc} -h 2>&1 | grep -q -e '-q '; then exec ${nc} -q0 -U "$s"; else exec ${nc} -U "$s"; fi`
}

/** A piece of script that sets $s to the daemon's socket, or ends. Only that host knows its folders. */
function findSocket(uri: ConnectionUri, readOnly: boolean): string {
  const named = uri.parameters.get('socket')
  if (named !== undefined) return `s=${quoted(named)};`
  const isSession = uri.path === '/session'
  const suffix = readOnly && !isSession ? '-sock-ro' : '-sock'
  const folders = isSession
    ? ['"${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"/libvirt', '"${XDG_CACHE_HOME:-$HOME/.cache}"/libvirt']
    : ['/run/libvirt', '/var/run/libvirt']
  const sockets = daemonPrograms(uri).flatMap((program) =>
    folders.map((folder) => `${folder}/${program === 'libvirtd' ? 'libvirt' : program}${suffix}`),
  )
  const absent = `echo "no socket of a libvirt daemon" >&2; exit ${remoteExit.noSocket}`
  return `s=; for c in ${sockets.join(' ')}; do if test -S "$c"; then s=$c; break; fi; done; test -n "$s" || { ${absent}; };`
}
