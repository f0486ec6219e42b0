import { runCommand } from './command.mjs'
import { ExpectedFailure } from './failure.mjs'

/** Who runs the daemons of the tests when the tests run as root: root cannot have a session daemon. */
export const testUser = 'strata-test'

/** @param {import('./progress.mjs').Progress} progress */
export async function ensureTestUser(progress) {
  if (process.getuid?.() !== 0) return
  if ((await runCommand('id', [testUser])).code === 0) return
  await progress.step(`User ${testUser}, for the daemons of the tests`, async () => {
    const { code, output } = await runCommand('useradd', ['--system', '--create-home', '--shell', '/bin/sh', testUser])
    if (code === 0 || (await runCommand('id', [testUser])).code === 0) return
    throw new ExpectedFailure(`The user ${testUser} could not be made.`, {
      output,
      next: 'Run the tests as an ordinary user instead: then that user’s own daemon is used.',
    })
  })
}
