import { errorCodes, errorDomains } from './protocol/errors.generated.ts'

export type LibvirtErrorCode = (typeof errorCodes)[keyof typeof errorCodes] | 'unknown'
export type LibvirtErrorDomain = (typeof errorDomains)[keyof typeof errorDomains] | 'unknown'

/** What the daemon sent along with an error; useful to show, never to decide on. */
export interface LibvirtErrorDetail {
  readonly code: number
  readonly domain: number
  readonly message: string | null
  readonly level: number
  readonly str1: string | null
  readonly str2: string | null
  readonly str3: string | null
  readonly int1: number
  readonly int2: number
}

const codeNames: Readonly<Record<number, LibvirtErrorCode | undefined>> = errorCodes
const domainNames: Readonly<Record<number, LibvirtErrorDomain | undefined>> = errorDomains

/** The codes with which daemons and drivers say that they cannot do a thing at all, whatever state it is in. */
const unsupportedCodes: ReadonlySet<LibvirtErrorCode> = new Set<LibvirtErrorCode>([
  'no-support',
  'config-unsupported',
  'argument-unsupported',
  'operation-unsupported',
])

/** The daemon understood the call and said no. Decide by `code` (virErrorNumber) and `domain` (virErrorDomain). */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError'
  /** virErrorNumber in kebab-case, such as 'no-domain'; 'unknown' when the daemon is newer than this package. */
  readonly code: LibvirtErrorCode
  readonly codeNumber: number
  /** The part of libvirt that failed (virErrorDomain in kebab-case), often the driver. */
  readonly domain: LibvirtErrorDomain
  readonly domainNumber: number
  /** The procedure that was called, such as 'domainCreate'. */
  readonly procedure: string
  readonly detail: LibvirtErrorDetail

  constructor(procedure: string, detail: LibvirtErrorDetail) {
    super(detail.message ?? `libvirt error ${detail.code}`)
    this.procedure = procedure
    this.detail = detail
    this.codeNumber = detail.code
    this.domainNumber = detail.domain
    this.code = codeNames[detail.code] ?? 'unknown'
    this.domain = domainNames[detail.domain] ?? 'unknown'
  }

  /**
   * Whether this daemon, or the driver behind it, cannot do it: asking again is useless, another one may. Which procedures
   * a daemon lacks can be known beforehand by `connection.supports`.
   */
  get isUnsupported(): boolean {
    return unsupportedCodes.has(this.code)
  }
}

export type ConnectionErrorReason =
  | 'refused' // a socket is there and nobody listens
  | 'not-found' // no socket, no such host
  | 'permission' // the socket may not be opened by this user
  | 'unreachable' // any other failure to connect
  | 'spawn-failed' // the session daemon could not be started
  | 'unsupported-transport' // libvirt knows it, this package refuses it
  | 'host-key-unknown' // ssh has no key of this host, and nobody has confirmed it
  | 'host-key-changed' // ssh knows the host by another key
  | 'helper-missing' // no ssh here, or neither virt-ssh-helper nor nc there
  | 'certificate' // the server's certificate is not to be trusted, or our own files are not usable
  | 'unexpected-output' // something else spoke before the daemon: a login script, another service
  | 'closed' // the other side closed, or we did
  | 'protocol' // bytes that cannot be; the cause is the ProtocolError
  | 'keepalive' // no sign of life for too long
  | 'timeout' // no answer within timeoutMs

/** The wire failed: the connection could not be made, or is gone. A call in flight may or may not have taken effect. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  readonly reason: ConnectionErrorReason
  /** What ssh or another program said, as it was; to be shown, never decided on. Empty where there is none. */
  readonly detail: string

  constructor(reason: ConnectionErrorReason, message: string, options?: ErrorOptions & { detail?: string }) {
    super(message, options)
    this.reason = reason
    this.detail = options?.detail ?? ''
  }
}

export type AuthenticationErrorReason =
  | 'unsupported' // no way of authentication that both sides know
  | 'denied' // who we are, or say to be, may not connect
  | 'cancelled' // the user did not want to answer
  | 'unavailable' // nobody is there who could ask the user: no polkit agent
  | 'credentials-needed' // name or password are wanted, and no `credentials` were given
  | 'server-unproven' // the server does not know the password either: it may be an impostor

/** The daemon is there and does not accept who we are. */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError'
  readonly reason: AuthenticationErrorReason
  /** What ssh or another program said, as it was; to be shown, never decided on. Empty where there is none. */
  readonly detail: string

  constructor(reason: AuthenticationErrorReason, message: string, options?: ErrorOptions & { detail?: string }) {
    super(message, options)
    this.reason = reason
    this.detail = options?.detail ?? ''
  }
}

/** Bytes that the protocol does not allow. The connection that carried them is closed. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** More events waited in an event iterator than it may hold: its reader was too slow and has missed some. */
export class EventOverflowError extends Error {
  override readonly name = 'EventOverflowError'
}
