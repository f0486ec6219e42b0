// npm run test:slow: what takes an hour. A whole installation of Debian with Strata's answers, under emulation. It fetches
// some hundred MiB from where apt does, the first time. The last line is "N passed, N failed".
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, runCommand } from './setup/command.mjs'
import { missingPackages } from './setup/debian-needs.mjs'
import { ensureDebianPackages } from './setup/debian-packages.mjs'
import { ExpectedFailure, runScript } from './setup/failure.mjs'
import { checkNodeVersion, ensureNodePackages } from './setup/node-packages.mjs'
import { Progress } from './setup/progress.mjs'
import { ensureTestUser } from './setup/test-user.mjs'

const help = `npm run test:slow -- [options]

  --yes  install what is missing without asking`

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { yes: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    })
    return values
  } catch (error) {
    throw new ExpectedFailure(error instanceof Error ? error.message : String(error), {
      next: 'npm run test:slow -- --help',
    })
  }
}

await runScript(async () => {
  const options = readOptions()
  if (options.help) {
    console.log(help)
    return 0
  }
  const progress = new Progress()
  checkNodeVersion()
  await ensureDebianPackages(progress, missingPackages({ purpose: 'test', window: false }), options)
  await ensureNodePackages(progress)
  await ensureTestUser(progress)

  const report = join(root, 'node_modules/.cache/test-reports/slow.json')
  mkdirSync(join(report, '..'), { recursive: true })
  rmSync(report, { force: true })
  const title = 'An unattended installation of Debian'
  progress.start(title)
  const { code, output } = await runCommand(
    process.execPath,
    [
      ...[join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'e2e/installer/slow.config.ts'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ],
    { onLine: (line) => progress.detail(title, line) },
  )
  const { numPassedTests = 0, numFailedTests = 0 } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}
  const failed = code !== 0 && numFailedTests === 0 ? 1 : numFailedTests
  progress.end(title, failed > 0 ? 'failed' : 'done', `${numPassedTests} passed, ${failed} failed`)
  if (failed > 0) progress.line(`\n${output.trimEnd()}\n`)
  console.log(`${numPassedTests} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
})
