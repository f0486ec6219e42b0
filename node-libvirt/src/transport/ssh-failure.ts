import { AuthenticationError, ConnectionError, type ConnectionErrorReason } from '../errors.ts'
import type { CommandEnd } from './command-duplex.ts'
import { remoteExit } from './remote-command.ts'

/** ssh's own failures all end with this status; other numbers are those of the remote command. */
const SSH_FAILED = 255

/**
 * What ssh says and what it means. ssh has one exit status for everything that goes wrong, so here, and only here, its
 * words decide; they are not translated. The first that fits counts.
 */
const MEANINGS: readonly (readonly [RegExp, ConnectionErrorReason | 'denied', string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|host key .* has changed/i,
    'host-key-changed',
    'has another host key than the known one',
  ],
  [/Host key verification failed|No .* host key is known/i, 'host-key-unknown', 'has a host key that is not known yet'],
  [
    /Permission denied \(|Too many authentication failures|No more authentication methods/i,
    'denied',
    'does not let us in',
  ],
  [/Could not resolve hostname|Name or service not known/i, 'not-found', 'cannot be found by its name'],
  [/open failed: connect failed: Connection refused/i, 'refused', 'has nothing that listens there'],
  [/connect to .*: Connection refused/i, 'refused', 'does not answer ssh'],
  [
    /UNPROTECTED PRIVATE KEY FILE|Bad owner or permissions/i,
    'permission',
    'cannot be reached, as ssh refuses one of our files',
  ],
]

/** The error for an ssh that ended while its connection was in use. */
export function sshFailure(uri: string, host: string, end: CommandEnd): Error {
  const { exitCode, signal, stderr, startError, hadBegun } = end
  const lastLine =
    stderr
      .split('\n')
      .findLast((line) => line.trim() !== '')
      ?.trim() ?? ''
  const options = { detail: stderr, ...(startError ? { cause: startError } : {}) }
  const failed = (reason: ConnectionErrorReason, what: string) => {
    const because = lastLine === '' ? '' : `: ${lastLine}`
    return new ConnectionError(reason, `${uri}: ${what}${because}`, options)
  }
  if (startError) return failed('helper-missing', `cannot run ssh (${startError.message})`)
  if (hadBegun) return failed('closed', 'ssh ended')
  if (exitCode === SSH_FAILED) {
    const [, reason, what] = MEANINGS.find(([words]) => words.test(stderr)) ?? [
      null,
      'unreachable',
      'cannot be reached',
    ]
    if (reason !== 'denied') return failed(reason, `${host} ${what}`)
    return new AuthenticationError('denied', `${uri}: ${host} ${what}: ${lastLine}`, options)
  }
  if (exitCode === remoteExit.noHelper) return failed('helper-missing', `${host} cannot pass us on to its daemon`)
  if (exitCode === remoteExit.noSocket) return failed('not-found', `${host} runs no libvirt daemon that we may use`)
  if (exitCode === 0) return failed('closed', 'the daemon or its helper closed the connection')
  return failed('unreachable', `the daemon on ${host} cannot be reached (${signal ?? `status ${exitCode}`})`)
}
