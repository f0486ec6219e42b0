import type { Duplex } from 'node:stream'
import { parseUri, type ConnectionUri } from '../uri.ts'
import type { AskCredentials } from '../auth/credentials.ts'
import { startAskpass } from './askpass.ts'
import { CommandDuplex } from './command-duplex.ts'
import { remoteCommand, socketCommand } from './remote-command.ts'
import { sshArguments, type SshUse } from './ssh-arguments.ts'
import { sshFailure } from './ssh-failure.ts'
import type { ConnectTransport, TransportOptions } from './transport.ts'

/**
 * Connects through the user's own ssh: its configuration, agent and known hosts. What goes wrong there comes with the
 * first call, when ssh ends: a ConnectionError (host key, host, helper) or an AuthenticationError, with ssh's words in
 * `detail`.
 */
export const connectSsh: ConnectTransport = (uri, options) =>
  runSsh(uri, { command: remoteCommand(uri, options) }, true, options)

export interface ForwardOptions {
  readonly signal?: AbortSignal | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
  readonly credentials?: AskCredentials | undefined
}

/**
 * Opens a way through ssh to a port or a unix socket as seen from the URI's host: how a console of a remote machine is
 * reached. Returns at once; what goes wrong destroys the stream with a ConnectionError or AuthenticationError, `refused`
 * when nothing listens there. Destroying the stream ends ssh.
 * @param uri one with the transport ssh
 * @throws TypeError when the URI is not one of ssh
 */
export async function openForward(
  uri: string,
  to: { readonly host: string; readonly port: number } | { readonly path: string },
  { signal = new AbortController().signal, env = process.env, credentials }: ForwardOptions = {},
): Promise<Duplex> {
  const parsed = parseUri(uri)
  if (!isSsh(parsed)) throw new TypeError(`${uri}: only ssh can forward`)
  const purpose =
    'path' in to
      ? { command: socketCommand(to.path, parsed.parameters.get('netcat')) }
      : { forwardTo: `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}` }
  return runSsh(parsed, purpose, false, { env, signal, credentials })
}

/**
 * The words that run ssh as connections of this URI do, for whatever else is to go through it.
 * @param uri one with the transport ssh
 * @param controlPath of a master; null where this is to be the master, or a connection of its own
 * @throws TypeError when the URI is not one of ssh
 */
export function sshCommand(
  uri: string,
  purpose: SshUse['purpose'],
  { controlPath, env = process.env }: { readonly controlPath?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string[] {
  const parsed = parseUri(uri)
  if (!isSsh(parsed)) throw new TypeError(`${uri}: not an address that ssh reaches`)
  const mayAsk = controlPath === undefined && env['SSH_ASKPASS'] !== undefined
  return [parsed.parameters.get('command') ?? 'ssh', ...sshArguments(parsed, { mayAsk, purpose, controlPath })]
}

/** libssh and libssh2 are other implementations of the same; their URIs and parameters mean the same here. */
export function isSsh(uri: ConnectionUri): boolean {
  return uri.transport === 'ssh' || uri.transport === 'libssh' || uri.transport === 'libssh2'
}

async function runSsh(
  uri: ConnectionUri,
  purpose: SshUse['purpose'],
  expectFrames: boolean,
  {
    env,
    signal,
    credentials,
    sshControlPath,
  }: Pick<TransportOptions, 'env' | 'signal' | 'credentials' | 'sshControlPath'>,
): Promise<Duplex> {
  signal.throwIfAborted()
  const mayAsk = credentials !== undefined || env['SSH_ASKPASS'] !== undefined
  const args = sshArguments(uri, { mayAsk, purpose, controlPath: sshControlPath })
  const askpass = credentials ? await startAskpass(uri, credentials, signal) : null
  const duplex = new CommandDuplex(uri.parameters.get('command') ?? 'ssh', args, {
    env: { ...env, ...askpass?.env },
    expectFrames,
    explain: (end) => askpass?.failure() ?? sshFailure(uri.text, uri.host ?? '', end),
    onGone: () => askpass?.stop(),
  })
  return duplex
}
