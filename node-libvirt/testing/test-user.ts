import { execFileSync } from 'node:child_process'
import { chownSync } from 'node:fs'

/** Root cannot run a session daemon, so as root the daemons of tests run as this user; else as who runs the tests. */
export const TEST_USER = 'strata-test'

export interface TestUser {
  readonly name: string | null
  readonly userId: number
  readonly groupId: number
}

/** Who the daemons of tests run as; made when it is not there and we are root. */
export function testUser(): TestUser {
  const userId = process.getuid?.() ?? -1
  const groupId = process.getgid?.() ?? -1
  if (userId !== 0) return { name: null, userId, groupId }
  const idOf = (what: '-u' | '-g') =>
    Number(execFileSync('id', [what, TEST_USER], { stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { name: TEST_USER, userId: idOf('-u'), groupId: idOf('-g') }
  } catch {
    // Another run may make it at the same time: what counts is that it is there afterwards.
    execFileSync('sh', ['-c', 'useradd --system --create-home "$1" || id "$1"', 'sh', TEST_USER], { stdio: 'ignore' })
    return { name: TEST_USER, userId: idOf('-u'), groupId: idOf('-g') }
  }
}

/** The command that runs another one as the test user. */
export function asTestUser(user: TestUser, command: readonly string[]): string[] {
  if (user.name === null) return [...command]
  return ['setpriv', `--reuid=${user.userId}`, `--regid=${user.groupId}`, '--clear-groups', '--', ...command]
}

/** The same, for the programs of daemons: with STRATA_DAEMON_ROOT they are those of that tree. */
export function inDaemonRoot(user: TestUser, command: readonly string[]): string[] {
  const root = process.env['STRATA_DAEMON_ROOT']
  if (root === undefined) return asTestUser(user, command)
  return ['chroot', `--userspec=${user.userId}:${user.groupId}`, '--groups=', root, ...command]
}

export function giveToTestUser(user: TestUser, path: string): void {
  if (user.name !== null) chownSync(path, user.userId, user.groupId)
}
