import { AuthenticationError, LibvirtError } from '../errors.ts'
import { procedures } from '../protocol/procedures.generated.ts'
import type { RpcSession } from '../rpc/session.ts'
import type { AskCredentials } from './credentials.ts'
import type { SaslExchange } from './sasl-exchange.ts'
import { scram } from './scram.ts'

/** Best first. None of them adds a layer of its own below libvirt's messages. */
const MECHANISMS = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] as const
type Mechanism = (typeof MECHANISMS)[number]

/** No mechanism of ours takes more turns; a server that goes on is not one. */
const MAX_TURNS = 8

export interface SaslOptions {
  readonly uri: string
  /** The URI's user. */
  readonly username: string | null
  /** The mechanism that the URI insists on (`auth=sasl.plain`); null for the best. */
  readonly mechanism: string | null
  /** The password may be sent as it is: over TLS, ssh or a local socket. */
  readonly isConfidential: boolean
  readonly credentials: AskCredentials | undefined
  readonly signal: AbortSignal
}

/**
 * Logs in with a name and a password (RFC 4422).
 * @throws AuthenticationError with the reason; ConnectionError when the daemon goes away
 */
export async function authenticateSasl(session: RpcSession, options: SaslOptions): Promise<void> {
  const { signal } = options
  const { mechlist } = await session.call(procedures.authSaslInit, {}, { signal })
  const mechanism = chooseMechanism(mechlist, options)
  const exchange = await startExchange(mechanism, options)
  try {
    await converse(session, mechanism, exchange, signal)
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error
    throw new AuthenticationError('denied', `the daemon does not accept this name and password (${mechanism})`, {
      cause: error,
    })
  }
}

function chooseMechanism(offered: string, { mechanism: wanted, isConfidential }: SaslOptions): Mechanism {
  // libvirtd separates them by commas, SASL's own documentation by spaces.
  const names = new Set(offered.toUpperCase().split(/[\s,]+/))
  const chosen = MECHANISMS.find(
    (name) =>
      names.has(name) &&
      (wanted === null || name === wanted.toUpperCase()) &&
      // A security rule, not taste: without encryption everybody on the way would read the password.
      (isConfidential || name !== 'PLAIN'),
  )
  if (chosen) return chosen
  const ours = wanted ?? (isConfidential ? MECHANISMS : MECHANISMS.slice(0, 2)).join(', ')
  throw new AuthenticationError('unsupported', `the daemon offers the SASL mechanisms ${offered}, and not ${ours}`)
}

async function startExchange(mechanism: Mechanism, options: SaslOptions): Promise<SaslExchange> {
  if (!options.credentials) {
    throw new AuthenticationError('credentials-needed', `${options.uri} wants a name and a password (${mechanism})`)
  }
  const answers = await options.credentials({
    uri: options.uri,
    by: 'sasl',
    mechanism,
    questions: [
      { kind: 'username', prompt: 'User name', suggestion: options.username },
      { kind: 'password', prompt: 'Password', suggestion: null },
    ],
    signal: options.signal,
  })
  options.signal.throwIfAborted()
  if (answers === null) throw new AuthenticationError('cancelled', 'no name and password were given')
  const [username = '', password = ''] = answers
  if (mechanism === 'PLAIN') return plain(username, password)
  return scram(mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha1', { username, password })
}

/** RFC 4616 */
export function plain(username: string, password: string): SaslExchange {
  if (username.includes('\0') || password.includes('\0')) throw new TypeError('a name or password holds a NUL')
  return {
    first: () => Buffer.from(`\0${username}\0${password}`),
    next: () => Promise.resolve(null),
    assertComplete: () => undefined,
  }
}

async function converse(
  session: RpcSession,
  mech: Mechanism,
  exchange: SaslExchange,
  signal: AbortSignal,
): Promise<void> {
  let turn = await session.call(procedures.authSaslStart, { mech, nil: 0, data: exchange.first() }, { signal })
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    // Even the last message may have to be read: SCRAM's server proves itself in it.
    const answer = turn.nil !== 0 ? null : await exchange.next(Buffer.from(turn.data))
    if (turn.complete !== 0) return exchange.assertComplete()
    const said = answer ?? Buffer.alloc(0)
    turn = await session.call(procedures.authSaslStep, { nil: answer === null ? 1 : 0, data: said }, { signal })
  }
  throw new AuthenticationError('denied', `the daemon does not come to an end with ${mech}`)
}
