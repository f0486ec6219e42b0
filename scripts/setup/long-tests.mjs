import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, runCommand } from './command.mjs'
import { missingPackages } from './debian-needs.mjs'
import { ensureDebianPackages } from './debian-packages.mjs'
import { ExpectedFailure, runScript } from './failure.mjs'
import { checkNodeVersion, ensureNodePackages } from './node-packages.mjs'
import { Progress } from './progress.mjs'
import { ensureTestUser } from './test-user.mjs'

/**
 * @typedef {object} LongTests
 * @property {string} name of the npm script, without "test:"
 * @property {string} title
 * @property {string[]} args for vitest
 * @property {NodeJS.ProcessEnv} [env]
 */

/** @param {string} name */
function readOptions(name) {
  try {
    const { values } = parseArgs({
      options: { yes: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    })
    return values
  } catch (error) {
    throw new ExpectedFailure(error instanceof Error ? error.message : String(error), {
      next: `npm run test:${name} -- --help`,
    })
  }
}

/**
 * Runs tests that take too long for `npm test`, after the same set-up. The last line is "N passed, N failed".
 * @param {LongTests} tests
 */
export function runLongTests({ name, title, args, env = {} }) {
  return runScript(async () => {
    const options = readOptions(name)
    if (options.help) {
      console.log(`npm run test:${name} -- [options]\n\n  --yes  install what is missing without asking`)
      return 0
    }
    const progress = new Progress()
    checkNodeVersion()
    await ensureDebianPackages(progress, missingPackages({ purpose: 'test', window: false }), options)
    await ensureNodePackages(progress)
    await ensureTestUser(progress)

    const report = join(root, `node_modules/.cache/test-reports/${name}.json`)
    mkdirSync(join(report, '..'), { recursive: true })
    rmSync(report, { force: true })
    progress.start(title)
    const { code, output } = await runCommand(
      process.execPath,
      [
        ...[join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ],
      { env, onLine: (line) => progress.detail(title, line) },
    )
    const counted = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}
    const { numPassedTests = 0, numFailedTests = 0 } = counted
    const failed = code !== 0 && numFailedTests === 0 ? 1 : numFailedTests
    progress.end(title, failed > 0 ? 'failed' : 'done', `${numPassedTests} passed, ${failed} failed`)
    for (const line of output.split('\n').filter((each) => each.startsWith('trials: '))) progress.line(line)
    if (failed > 0) progress.line(`\n${output.trimEnd()}\n`)
    console.log(`${numPassedTests} passed, ${failed} failed`)
    return failed === 0 ? 0 : 1
  })
}
