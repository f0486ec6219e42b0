import type { Duplex } from 'node:stream'
import { Connection } from './connection.ts'
import { authenticate } from './auth/authenticate.ts'
import type { AskCredentials } from './auth/credentials.ts'
import { AuthenticationError, ConnectionError } from './errors.ts'
import { procedures } from './protocol/procedures.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import type { KeepAliveOptions } from './rpc/keepalive.ts'
import { RpcSession } from './rpc/session.ts'
import { connectExt } from './transport/ext.ts'
import { connectSsh } from './transport/ssh.ts'
import { connectTcp } from './transport/tcp.ts'
import { connectTls } from './transport/tls.ts'
import type { ConnectTransport } from './transport/transport.ts'
import { connectUnix } from './transport/unix.ts'
import { resolveUriAlias } from './uri-aliases.ts'
import { parseUri, type ConnectionUri, type Transport } from './uri.ts'

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
  /**
   * Asks the user: for name and password of a daemon that wants SASL, and for what ssh wants to know. Without it, ssh asks
   * nothing (BatchMode) unless SSH_ASKPASS is set, and SASL fails with `credentials-needed`.
   */
  credentials?: AskCredentials | undefined
  /** The socket of an ssh that is the master of one connection (`sshCommand`), which is used in place of a new one. */
  sshControlPath?: string | undefined
  /** Replaces the transport that the URI asks for. */
  connectTransport?: ((uri: string) => Promise<Duplex>) | undefined
}

/** virDrvFeature */
const FEATURE_KEEPALIVE = 10
/** virConnectFlags */
const OPEN_READ_ONLY = 1

/**
 * Opens a connection to a libvirt daemon.
 * @param uri as libvirt documents it, such as `qemu:///session`, `qemu:///system` or `test+unix:///default?socket=/…`, or an
 *   alias of libvirt.conf
 * @throws ConnectionError when the daemon cannot be reached, AuthenticationError when it does not accept us,
 *   LibvirtError when it does not open the URI (`no-connect` for a driver that it lacks), TypeError for a malformed URI
 */
export async function openConnection(uri: string, options: OpenOptions = {}): Promise<Connection> {
  const parsed = parseUri(resolveUriAlias(uri, { env: options.env ?? process.env }))
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
  return TRANSPORTS[uri.transport](uri, {
    readOnly: options.readOnly ?? false,
    autospawn: options.autospawn ?? true,
    env: options.env ?? process.env,
    credentials: options.credentials,
    sshControlPath: options.sshControlPath,
    signal,
  })
}

const TRANSPORTS: Readonly<Record<Transport, ConnectTransport>> = {
  unix: connectUnix,
  ssh: connectSsh,
  libssh: connectSsh,
  libssh2: connectSsh,
  tls: connectTls,
  tcp: connectTcp,
  ext: connectExt,
}

async function openOver(
  transport: Duplex,
  uri: ConnectionUri,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const session = new RpcSession(transport)
  try {
    await authenticate(session, uri, options.credentials, signal)
    if (options.keepAlive) await startKeepalive(session, options.keepAlive, signal)
    const flags = options.readOnly ? OPEN_READ_ONLY : 0
    await session.call(procedures.connectOpen, { name: uri.name, flags }, { signal })
    return new Connection(uri.text, session)
  } catch (error) {
    session.close()
    throw transportError(error) ?? error
  }
}

/** A program that carries the connection says only by its end why there is none; that is why the first call failed. */
function transportError(error: unknown): Error | null {
  const cause = error instanceof ConnectionError ? error.cause : null
  return cause instanceof ConnectionError || cause instanceof AuthenticationError ? cause : null
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
