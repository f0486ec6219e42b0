import { AuthenticationError, LibvirtError } from '../errors.ts'
import { procedures } from '../protocol/procedures.generated.ts'
import type { RpcSession } from '../rpc/session.ts'
import { isConfidential } from '../transport/loopback.ts'
import type { ConnectionUri } from '../uri.ts'
import type { AskCredentials } from './credentials.ts'
import { authenticateSasl } from './sasl.ts'

/** remote_auth_type */
const authType = { none: 0, sasl: 1, polkit: 2 } as const
type Scheme = keyof typeof authType

/**
 * Does what the daemon demands before it serves. It answers nothing else before authList, even when it then wants no
 * authentication.
 * @throws AuthenticationError with the reason
 */
export async function authenticate(
  session: RpcSession,
  uri: ConnectionUri,
  credentials: AskCredentials | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { types } = await session.call(procedures.authList, {}, { signal })
  const { scheme, mechanism } = chooseScheme(uri, types)
  if (scheme === 'polkit') return authenticatePolkit(session, signal)
  if (scheme === 'none') return
  return authenticateSasl(session, {
    uri: uri.text,
    username: uri.user,
    mechanism,
    isConfidential: isConfidential(uri),
    credentials,
    signal,
  })
}

/** The daemon's first choice, or what the URI's `auth=` insists on: `none`, `polkit`, `sasl` or `sasl.<mechanism>`. */
function chooseScheme(uri: ConnectionUri, types: readonly number[]): { scheme: Scheme; mechanism: string | null } {
  const wanted = uri.parameters.get('auth')
  const [name, mechanism = null] = wanted === undefined ? [undefined] : splitOnce(wanted, '.')
  if (name !== undefined && !isScheme(name)) throw new TypeError(`auth=${wanted} is none of sasl, polkit, none`)
  const offered = types.length === 0 ? [authType.none] : types
  const type = name === undefined ? offered.find(isKnown) : offered.find((each) => each === authType[name])
  const scheme = schemes.find((each) => authType[each] === type)
  if (scheme) return { scheme, mechanism }
  throw new AuthenticationError('unsupported', `the daemon offers no authentication that is ${wanted ?? 'known here'}`)
}

const schemes: readonly Scheme[] = ['none', 'sasl', 'polkit']
const isScheme = (name: string): name is Scheme => schemes.some((scheme) => scheme === name)
const isKnown = (type: number) => schemes.some((scheme) => authType[scheme] === type)

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** Blocks while the user answers the agent of the desktop. */
async function authenticatePolkit(session: RpcSession, signal: AbortSignal): Promise<void> {
  try {
    await session.call(procedures.authPolkit, {}, { signal })
  } catch (error) {
    throw error instanceof LibvirtError ? polkitError(error) : error
  }
}

function polkitError(error: LibvirtError): AuthenticationError {
  if (error.code === 'auth-failed') return new AuthenticationError('denied', error.message, { cause: error })
  if (error.code === 'auth-cancelled') return new AuthenticationError('cancelled', error.message, { cause: error })
  const isWithoutAgent = error.code === 'auth-unavailable'
  const message = isWithoutAgent ? 'no polkit agent runs that could ask the user' : 'the daemon cannot ask polkit'
  return new AuthenticationError('unavailable', message, { cause: error, detail: error.message })
}
