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
  /** What the daemon is asked to open; '' lets it choose. */
  readonly name: string
}

const URI =
  /^(?<driver>[A-Za-z][\w.-]*?)?(?:\+(?<transport>[A-Za-z0-9]+))?:(?:\/\/(?:(?<user>[^@/?#]*)@)?(?<host>\[[^\]]*\]|[^:/?#]*)(?::(?<port>\d+))?(?=[/?#]|$)|(?=\/(?!\/)))(?<path>[^?#]*)(?:\?(?<query>[^#]*))?$/

/**
 * Takes a URI apart as libvirt documents it: `driver[+transport]://[user@][host][:port]/path[?parameters]`; without a host,
 * `driver:/path` means the same.
 * @throws TypeError when the text is no such URI
 */
export function parseUri(text: string): ConnectionUri {
  const groups = URI.exec(text)?.groups
  if (!groups) throw new TypeError(`not a libvirt URI: ${JSON.stringify(text)}`)
  const host = (groups['host'] ?? '').replace(/^\[|\]$/g, '') || null
  const transport = groups['transport']?.toLowerCase() ?? (host === null ? 'unix' : 'tls')
  if (!isTransport(transport)) throw new TypeError(`unknown transport '${transport}' in ${JSON.stringify(text)}`)
  if (transport === 'unix' && host !== null) {
    // A unix socket is this machine's: the host that was named would be left out without a word.
    throw new TypeError(`a unix socket does not reach the host ${JSON.stringify(host)}: ${JSON.stringify(text)}`)
  }
  const user = groups['user'] ? decoded(groups['user'], text) : null
  if (host !== null) refuseUnlessPlain('host', host, HOST, text)
  if (user !== null) refuseUnlessPlain('user', user, USER, text)
  const { client, daemon } = splitQuery(groups['query'] ?? '', text)
  const driver = groups['driver'] ?? ''
  const path = groups['path'] ?? ''
  // With an empty name the daemon chooses; libvirt's own client sends that for `remote:` too.
  const computed =
    driver === '' || driver.toLowerCase() === 'remote' ? '' : `${driver}://${path}${daemon === '' ? '' : `?${daemon}`}`
  return {
    text,
    driver,
    transport,
    user,
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

function decoded(text: string, uri: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    throw new TypeError(`a broken % in ${JSON.stringify(uri)}`, { cause: error })
  }
}

/**
 * Both become words of other programs: of ssh, whose `%h` and `%r` may stand in commands of its configuration, and of
 * shells on the other side. What could be an option or a command there is refused here, as newer versions of ssh do.
 */
const HOST = /^[\p{L}\p{N}_:[][\p{L}\p{N}._:%[\]-]*$/u
const USER = /^[\p{L}\p{N}._](?:[\p{L}\p{N}._@+\\-]*[\p{L}\p{N}._@+-])?$/u

function refuseUnlessPlain(what: string, value: string, pattern: RegExp, uri: string): void {
  if (!pattern.test(value)) {
    throw new TypeError(`${JSON.stringify(value)} cannot be the name of a ${what}: ${JSON.stringify(uri)}`)
  }
}

/** Keeps the daemon's parameters byte for byte as they were given. */
function splitQuery(query: string, uri: string): { client: Map<string, string>; daemon: string } {
  const client = new Map<string, string>()
  const daemon: string[] = []
  for (const part of query.split(/[&;]/).filter((piece) => piece !== '')) {
    const [key = '', ...value] = part.split('=')
    // As libvirt takes them: in any case of letters.
    const known = key.toLowerCase()
    if (CLIENT_PARAMETERS.has(known)) client.set(known, decoded(value.join('='), uri))
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
