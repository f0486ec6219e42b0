import type { StrataErrorCode, StrataErrorData, StrataProblem } from '@strata/contract/errors.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import { unkeyed, type Said } from '@strata/contract/words/said.ts'
import { AuthenticationError, ConnectionError, LibvirtError, ProtocolError, type LibvirtErrorCode } from 'node-libvirt'

export interface StrataErrorOptions {
  readonly cause?: unknown
  /** libvirt's or the system's own words. */
  readonly detail?: string | undefined
  /** The input field that is wrong. */
  readonly field?: string | undefined
  readonly repairs?: readonly Repair[] | undefined
}

/**
 * The only error that leaves the engine: a sentence for the user that says what failed, on what, what to do next. Its English
 * is the message.
 */
export class StrataError extends Error {
  override readonly name = 'StrataError'
  readonly code: StrataErrorCode
  readonly data: StrataErrorData

  constructor(code: StrataErrorCode, sentence: Said | string, options: StrataErrorOptions = {}) {
    const said = typeof sentence === 'string' ? unkeyed(sentence) : sentence
    super(said.english, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = {
      said,
      detail: options.detail ?? wordsOf(options.cause),
      field: options.field ?? null,
      repairs: [...(options.repairs ?? [])],
    }
  }

  /** The sentence, to be put into another one. */
  get said(): Said {
    return this.data.said
  }

  /** The same as a value: what a failed job or an unreachable host carries. */
  toProblem(): StrataProblem {
    return { code: this.code, ...this.data }
  }
}

/**
 * libvirt's codes that say more than "it failed". Every code named no-… is here, so that a missing network is as
 * much "not found" as a missing domain. What is left out becomes 'internal' with libvirt's own words as detail.
 */
export const strataCodeOfLibvirt: Readonly<Partial<Record<LibvirtErrorCode, StrataErrorCode>>> = {
  'no-domain': 'not-found',
  'no-network': 'not-found',
  'no-storage-pool': 'not-found',
  'no-storage-vol': 'not-found',
  'no-node-device': 'not-found',
  'no-interface': 'not-found',
  'no-secret': 'not-found',
  'no-nwfilter': 'not-found',
  'no-nwfilter-binding': 'not-found',
  'no-domain-snapshot': 'not-found',
  'no-domain-checkpoint': 'not-found',
  'no-domain-metadata': 'not-found',
  'no-domain-backup': 'not-found',
  'no-network-port': 'not-found',
  'no-network-metadata': 'not-found',
  'no-server': 'not-found',
  'no-client': 'not-found',
  'no-hostname': 'not-found',
  'no-device': 'not-found',
  'no-source': 'invalid-input',
  'no-target': 'invalid-input',
  'no-name': 'invalid-input',
  'no-os': 'invalid-input',
  'no-kernel': 'invalid-input',
  'no-root': 'invalid-input',
  'no-support': 'unsupported',
  'no-xen': 'unsupported',
  'no-xenstore': 'unsupported',
  'no-security-model': 'unsupported',
  'no-memory': 'out-of-space',
  'no-connect': 'host-unreachable',

  'dom-exist': 'already-exists',
  'network-exist': 'already-exists',
  'network-port-exist': 'already-exists',
  'storage-pool-built': 'already-exists',
  'storage-vol-exist': 'already-exists',

  'operation-invalid': 'wrong-state',
  'block-copy-active': 'wrong-state',
  'checkpoint-inconsistent': 'wrong-state',
  'snapshot-revert-risky': 'wrong-state',

  'xml-error': 'invalid-input',
  'xml-detail': 'invalid-input',
  'xml-invalid-schema': 'invalid-input',
  'invalid-arg': 'invalid-input',
  'invalid-mac': 'invalid-input',
  'device-missing': 'invalid-input',
  'multiple-domains': 'invalid-input',
  'multiple-interfaces': 'invalid-input',

  'config-unsupported': 'unsupported',
  'argument-unsupported': 'unsupported',
  'operation-unsupported': 'unsupported',
  'migrate-unsafe': 'unsupported',
  'cpu-incompatible': 'unsupported',

  'operation-denied': 'not-permitted',
  'access-denied': 'not-permitted',
  'auth-failed': 'not-permitted',
  'auth-cancelled': 'not-permitted',
  'auth-unavailable': 'not-permitted',

  'operation-timeout': 'busy',
  'resource-busy': 'busy',
  'operation-aborted': 'cancelled',

  'agent-unresponsive': 'wrong-state',
  'agent-unsynced': 'wrong-state',
  'agent-command-timeout': 'busy',
}

/** Codes of Node's own system errors. */
const strataCodeOfSystem: Readonly<Record<string, StrataErrorCode | undefined>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EEXIST: 'already-exists',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EROFS: 'not-permitted',
  ENOSPC: 'out-of-space',
  EDQUOT: 'out-of-space',
  EFBIG: 'out-of-space',
  EBUSY: 'busy',
  ABORT_ERR: 'cancelled',
}

/** Translates whatever was thrown, by its code and never by its text. The sentence says what was being done, and on what. */
export function toStrataError(error: unknown, sentence: Said | string): StrataError {
  if (error instanceof StrataError) return error
  return new StrataError(strataCodeOf(error), sentence, { cause: error })
}

function strataCodeOf(error: unknown): StrataErrorCode {
  if (error instanceof LibvirtError) return strataCodeOfLibvirt[error.code] ?? 'internal'
  if (error instanceof ConnectionError) return connectionLossCode(error)
  if (error instanceof AuthenticationError) return error.reason === 'denied' ? 'not-permitted' : 'needs-credentials'
  if (error instanceof ProtocolError) return 'connection-lost'
  if (error instanceof Error && error.name === 'AbortError') return 'cancelled'
  return strataCodeOfSystem[systemCodeOf(error) ?? ''] ?? 'internal'
}

/** A connection that was never there is another matter than one that went away in the middle of a call. */
function connectionLossCode(error: ConnectionError): StrataErrorCode {
  switch (error.reason) {
    case 'closed':
    case 'keepalive':
    case 'protocol':
      return 'connection-lost'
    case 'timeout':
      return 'busy'
    case 'permission':
      return 'not-permitted'
    default:
      return 'host-unreachable'
  }
}

/** Whether an error says only that no answer came: the call may have been carried out. */
export function isLostAnswer(error: unknown): boolean {
  if (error instanceof ConnectionError) return true
  return error instanceof StrataError && (error.code === 'connection-lost' || error.code === 'host-unreachable')
}

/** 'ENOENT' and its like; null when the error has none. */
export function systemCodeOf(error: unknown): string | null {
  const code = nodeCodeOf(error) ?? ''
  return /^E[A-Z0-9_]+$/.test(code) ? code : null
}

/** Any code of an error: the system's, zlib's ('Z_DATA_ERROR') or TLS's ('CERT_HAS_EXPIRED') as well. */
export function nodeCodeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

function wordsOf(cause: unknown): string | null {
  if (cause instanceof Error) return cause.message
  return typeof cause === 'string' ? cause : null
}
