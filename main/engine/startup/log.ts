import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { destination, pino, type Logger } from 'pino'

/** One older log is kept beside it. */
const ROTATE_AT_BYTES = 8 * 1024 * 1024

/** Names under which a secret could be handed to the log by mistake, at the top or one level down. */
const SECRET_NAMES = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'loginToken',
  'ticket',
  'cookie',
  'authorization',
]

export interface OpenLog {
  readonly log: Logger
  /** Writes out what is still in memory. */
  readonly close: () => void
}

/** The log file, readable by its user only. */
export function openLog(stateDir: string): OpenLog {
  const path = join(stateDir, 'strata.log')
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_AT_BYTES) renameSync(path, `${path}.1`)
  const file = destination({ dest: path, mode: 0o600, sync: true })
  const log = pino(
    {
      base: { pid: process.pid },
      redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), censor: '[kept secret]' },
    },
    file,
  )
  return { log, close: () => file.end() }
}
