export type Transport = 'unix' | 'ssh' | 'libssh' | 'libssh2' | 'tls' | 'tcp' | 'ext'

const TRANSPORTS: ReadonlySet<string> = new Set(['unix', 'ssh', 'libssh', 'libssh2', 'tls', 'tcp', 'ext'])

/** Parameters that are for the client; all others go on to the daemon. */
const CLIENT_PARAMETERS: ReadonlySet<string> = new Set([
  'name',
  'socket',
  'mode',
  'proxy',
  'netcat',
  'keyfile',
  'command',
  'no_verify',
  'no_tty',
  'no_sanity',
  'known_hosts',
  'known_hosts_verify',
  'sshauth',
  'pkipath',
  'tls_priority',
  'auth',
])

/** A libvirt URI taken apart. */
export interface ConnectionUri {
  readonly text: string
  /** 'qemu', 'test', 'lxc', …; empty when the daemon shall choose. */
  readonly driver: string
  readonly transport: Transport
  readonly user: string | null
  /** Null: this machine. IPv6 addresses without brackets. */
  readonly host: string | null
  readonly port: number | null
  readonly path: string
  /** The parameters that are for the client. */
  readonly parameters: ReadonlyMap<string, string>
  /** What the daemon is asked to open; null lets it choose. */
  readonly name: string | null
}

const URI =
  /^(?<driver>[A-Za-z][\w.-]*?)?(?:\+(?<transport>[A-Za-z0-9]+))?:\/\/(?:(?<user>[^@/?#]*)@)?(?<host>\[[^\]]*\]|[^:/?#]*)(?::(?<port>\d+))?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?$/

/**
 * Takes a URI apart as libvirt documents it: `driver[+transport]://[user@][host][:port]/path[?parameters]`.
 * @throws TypeError when the text is no such URI
 */
export function parseUri(text: string): ConnectionUri {
  const groups = URI.exec(text)?.groups
  if (!groups) throw new TypeError(`not a libvirt URI: ${JSON.stringify(text)}`)
  const host = (groups['host'] ?? '').replace(/^\[|\]$/g, '') || null
  const transport = groups['transport']?.toLowerCase() ?? (host === null ? 'unix' : 'tls')
  if (!isTransport(transport)) throw new TypeError(`unknown transport '${transport}' in ${JSON.stringify(text)}`)
  const { client, daemon } = splitQuery(groups['query'] ?? '')
  const driver = groups['driver'] ?? ''
  const path = groups['path'] ?? ''
  const computed = driver === '' ? null : `${driver}://${path}${daemon === '' ? '' : `?${daemon}`}`
  return {
    text,
    driver,
    transport,
    user: groups['user'] ? decodeURIComponent(groups['user']) : null,
    host,
    port: groups['port'] === undefined ? null : Number(groups['port']),
    path,
    parameters: client,
    name: client.get('name') ?? computed,
  }
}

function isTransport(text: string): text is Transport {
  return TRANSPORTS.has(text)
}

/** Keeps the daemon's parameters byte for byte as they were given. */
function splitQuery(query: string): { client: Map<string, string>; daemon: string } {
  const client = new Map<string, string>()
  const daemon: string[] = []
  for (const part of query.split(/[&;]/).filter((piece) => piece !== '')) {
    const [key = '', ...value] = part.split('=')
    if (CLIENT_PARAMETERS.has(key)) client.set(key, decodeURIComponent(value.join('=')))
    else daemon.push(part)
  }
  return { client, daemon: daemon.join('&') }
}

/** Whether the URI means the daemon of the user, not of the system. */
export function isSessionUri(uri: ConnectionUri, userId: number): boolean {
  if (uri.path === '/session') return true
  if (uri.path === '/system') return false
  // A driver without such a path (test:///default, an empty qemu:///) goes to the daemon that the user has.
  return userId !== 0
}
