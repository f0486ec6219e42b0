import { say } from '@strata/contract/words/say.ts'

import { nodeCodeOf, StrataError, systemCodeOf, toStrataError } from '../strata-error.ts'

/** What a server did, or did not do. */
export type HttpFaultKind =
  | 'status'
  | 'redirect'
  /** Silent for too long. */
  | 'stall'
  /** Ended before all was there, or what came is not what was asked for. */
  | 'broken-off'
  | 'too-long'

export class HttpFault extends Error {
  override readonly name = 'HttpFault'

  constructor(
    readonly kind: HttpFaultKind,
    message: string,
    /** Of kind 'status'. */
    readonly statusCode: number | null = null,
  ) {
    super(message)
  }
}

/** Whether the same may go better in a moment. */
export function isPassing(error: unknown): boolean {
  if (error instanceof HttpFault) {
    const { kind, statusCode } = error
    return kind === 'stall' || kind === 'broken-off' || statusCode === 429 || (statusCode ?? 0) >= 500
  }
  return passingCodes.has(systemCodeOf(error) ?? '')
}

const passingCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/** @param what 'The image Debian 12', 'The checksum of …' */
export function explainHttp(error: unknown, what: string, url: string): StrataError {
  if (error instanceof StrataError) return error
  const { host, pathname } = new URL(url)
  const server = host === '' ? pathname : host
  const told = (code: StrataError['code'], sentence: string) => new StrataError(code, sentence, { cause: error })
  if (error instanceof HttpFault) {
    switch (error.kind) {
      case 'status':
        return explainStatus(error, what, server)
      case 'redirect':
        return told('host-unreachable', `${what} cannot be had from ${server}: ${error.message}`)
      case 'too-long':
        return told('invalid-input', `${what} at ${server} is far longer than it can be, and was not taken.`)
      case 'stall':
      case 'broken-off':
        return told('connection-lost', `${what} did not arrive whole from ${server}. Try again; ${resumes}`)
    }
  }
  const code = nodeCodeOf(error) ?? ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return told('host-unreachable', `${server} cannot be found. Is this computer connected to the internet?`)
  if (passingCodes.has(code)) return told('connection-lost', `${server} cannot be reached. Try again; ${resumes}`)
  if (isCertificateCode(code))
    return told('not-permitted', `${server} does not prove that it is ${server}, so nothing was taken from it.`)
  return toStrataError(error, say('images.couldNotDownloaded', { what, server }))
}

const resumes = 'it goes on from what has arrived.'

function explainStatus(fault: HttpFault, what: string, server: string): StrataError {
  const { statusCode } = fault
  switch (statusCode) {
    case 404:
    case 410:
      return new StrataError('not-found', say('images.notAnyMore', { what, server }), { cause: fault })
    case 401:
    case 403:
      return new StrataError('not-permitted', say('images.doesNotGiveOut', { server, lowered: lowered(what) }), {
        cause: fault,
      })
    case 407:
      return new StrataError('needs-credentials', say('images.proxyWantsKnowWho'), {
        cause: fault,
      })
    default:
      return new StrataError('host-unreachable', say('images.cannotGiveOutNow', { server, lowered: lowered(what) }), {
        cause: fault,
      })
  }
}

const lowered = (what: string) => what.charAt(0).toLowerCase() + what.slice(1)

/** OpenSSL's and Node's own names for a certificate that does not hold. */
function isCertificateCode(code: string): boolean {
  return /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_)/.test(code)
}
