import type { HostAddress as AddressPicture, HostPlace } from '@strata/contract/hosts.ts'
import { isSessionUri, parseUri, resolveUriAlias, type ConnectionUri } from 'node-libvirt'

/** Which driver, whose daemon, and where: taken from a libvirt URI once, and never guessed from its text again. */
export interface HostAddress extends AddressPicture {
  /** The URI, with an alias of libvirt.conf replaced. */
  readonly uri: string
  /** The daemon's own socket, on the host, where the URI names one. It belongs to who runs the daemon. */
  readonly socketPath: string | null
}

export interface AddressSurroundings {
  readonly env: NodeJS.ProcessEnv
  /** Of this process: `qemu:///` means the daemon of whoever asks. */
  readonly userId: number
}

const ownSurroundings = (): AddressSurroundings => ({ env: process.env, userId: process.getuid?.() ?? 0 })

/**
 * Takes a libvirt URI, or an alias of one, apart.
 * @throws TypeError when it is no URI that libvirt knows, or none of a host whose machines Strata can manage
 */
export function parseHostAddress(text: string, around: AddressSurroundings = ownSurroundings()): HostAddress {
  const uri = parseUri(resolveUriAlias(text.trim(), { env: around.env }))
  const driver = driverOf(uri)
  return {
    uri: uri.text,
    driver,
    scope: driver === 'test' ? 'session' : scopeOf(uri, around.userId),
    place: placeOf(uri),
    socketPath: uri.parameters.get('socket') ?? null,
  }
}

/** `name=` is what the daemon is asked to open, whatever stands before it. */
function driverOf(uri: ConnectionUri): AddressPicture['driver'] {
  const name = uri.parameters.get('name')
  const driver = (name === undefined ? uri.driver : parseUri(name).driver).toLowerCase()
  if (driver === 'qemu' || driver === 'test') return driver
  throw new TypeError(`${JSON.stringify(uri.text)} is not an address of QEMU’s machines, such as qemu:///system`)
}

function scopeOf(uri: ConnectionUri, userId: number): AddressPicture['scope'] {
  if (uri.path === '/session') return 'session'
  if (uri.path === '/system') return 'system'
  const isWhole = uri.path === '' || uri.path === '/'
  if (isWhole && uri.transport === 'unix') return isSessionUri(uri, userId) ? 'session' : 'system'
  throw new TypeError(`${JSON.stringify(uri.text)} has to end with /system or /session`)
}

function placeOf({ transport, user, host, port }: ConnectionUri): HostPlace {
  switch (transport) {
    case 'unix':
      return { kind: 'here' }
    case 'ssh':
    case 'libssh':
    case 'libssh2':
      return { kind: 'ssh', user, host: host ?? 'localhost', port }
    case 'tls':
      return { kind: 'tls', host: host ?? 'localhost', port }
    case 'tcp':
    case 'ext':
      return { kind: 'unknown' } // any computer may be behind a port or a command
  }
}

/** Whose daemon it is; null: the test driver's machines are nobody's, and only acted. */
export const realScope = ({ driver, scope }: AddressPicture): AddressPicture['scope'] | null =>
  driver === 'test' ? null : scope
