import type { ConnectionErrorReason } from '../errors.ts'

const REASONS: Readonly<Record<string, ConnectionErrorReason>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  ENOTFOUND: 'not-found',
  ECONNREFUSED: 'refused',
  EACCES: 'permission',
  EPERM: 'permission',
}

/** Why a connection could not be made, by the system's error number. */
export function reasonOfErrno(error: unknown): ConnectionErrorReason {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return REASONS[code] ?? 'unreachable'
}
