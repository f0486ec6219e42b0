import type { Duplex } from 'node:stream'
import { Connection } from './connection.ts'
import { AuthenticationError, ConnectionError, LibvirtError } from './errors.ts'
import { procedures } from './protocol/procedures.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import type { KeepAliveOptions } from './rpc/keepalive.ts'
import { RpcSession } from './rpc/session.ts'
import type { ConnectTransport } from './transport/transport.ts'
import { connectUnix } from './transport/unix.ts'
import { parseUri, unsupportedTransport, type ConnectionUri } from './uri.ts'

export interface OpenOptions extends CallOptions {
  /** Opens the connection for looking only; default false. */
  readOnly?: boolean | undefined
  /** Starts the user's daemon when the URI is a session's and none runs; default true. */
  autospawn?: boolean | undefined
  /** Where XDG_RUNTIME_DIR, HOME and PATH come from, and the environment of a daemon that is started. */
  env?: NodeJS.ProcessEnv | undefined
  /**
   * Pings a daemon that is silent; default off, as the death of a local daemon closes its socket. A daemon that works on
   * five calls of a connection does not answer pings: keep it off, or patient, where slow calls are made.
   */
  keepAlive?: KeepAliveOptions | false | undefined
  /** Replaces the transport that the URI asks for. */
  connectTransport?: ((uri: string) => Promise<Duplex>) | undefined
}

/** virDrvFeature */
const FEATURE_KEEPALIVE = 10
/** virConnectFlags */
const OPEN_READ_ONLY = 1

/** remote_auth_type */
const authType = { none: 0, sasl: 1, polkit: 2 } as const

/**
 * Opens a connection to a libvirt daemon.
 * @param uri as libvirt documents it, such as `qemu:///session`, `qemu:///system` or `test+unix:///default?socket=/…`
 * @throws ConnectionError when the daemon cannot be reached, AuthenticationError when it does not accept us,
 *   LibvirtError when it does not open the URI (`no-connect` for a driver that it lacks), TypeError for a malformed URI
 */
export async function openConnection(uri: string, options: OpenOptions = {}): Promise<Connection> {
  const parsed = parseUri(uri)
  const patience = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, patience.signal]) : patience.signal
  const onTimeout = () =>
    patience.abort(new ConnectionError('timeout', `${uri}: not open within ${options.timeoutMs} ms`))
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(onTimeout, options.timeoutMs)
  try {
    const transport = await connectTransport(parsed, options, signal)
    return await openOver(transport, parsed, options, signal)
  } finally {
    clearTimeout(timer)
  }
}

async function connectTransport(uri: ConnectionUri, options: OpenOptions, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted()
  if (options.connectTransport) return options.connectTransport(uri.text)
  return transportOf(uri)(uri, {
    readOnly: options.readOnly ?? false,
    autospawn: options.autospawn ?? true,
    env: options.env ?? process.env,
    signal,
  })
}

function transportOf(uri: ConnectionUri): ConnectTransport {
  if (uri.transport === 'unix') return connectUnix
  throw unsupportedTransport(uri)
}

async function openOver(
  transport: Duplex,
  uri: ConnectionUri,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const session = new RpcSession(transport)
  try {
    await authenticate(session, signal)
    if (options.keepAlive) await startKeepalive(session, options.keepAlive, signal)
    const flags = options.readOnly ? OPEN_READ_ONLY : 0
    await session.call(procedures.connectOpen, { name: uri.name, flags }, { signal })
    return new Connection(uri.text, session)
  } catch (error) {
    session.close()
    throw error
  }
}

/** The daemon answers nothing else before authList, even when it then wants no authentication. */
async function authenticate(session: RpcSession, signal: AbortSignal): Promise<void> {
  const { types } = await session.call(procedures.authList, {}, { signal })
  if (types.length === 0 || types.includes(authType.none)) return
  if (!types.includes(authType.polkit)) {
    throw new AuthenticationError('unsupported', 'the daemon asks for SASL, which is not supported yet')
  }
  try {
    await session.call(procedures.authPolkit, {}, { signal })
  } catch (error) {
    throw error instanceof LibvirtError ? polkitError(error) : error
  }
}

function polkitError(error: LibvirtError): Error {
  if (error.code === 'auth-unavailable') {
    const message = 'no polkit agent runs that could ask the user'
    return new AuthenticationError('unavailable', message, { cause: error })
  }
  if (error.code === 'auth-cancelled') return new AuthenticationError('cancelled', error.message, { cause: error })
  return new AuthenticationError('denied', error.message, { cause: error })
}

/** Asking for the feature also makes the daemon ping us. */
async function startKeepalive(session: RpcSession, options: KeepAliveOptions, signal: AbortSignal): Promise<void> {
  const { supported } = await session.call(
    procedures.connectSupportsFeature,
    { feature: FEATURE_KEEPALIVE },
    { signal },
  )
  if (supported !== 0) session.startKeepalive(options)
}
