import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, runCommand } from './command.mjs'
import { missingPackages } from './debian-needs.mjs'
import { ensureDebianPackages } from './debian-packages.mjs'
import { ExpectedFailure, runScript } from './failure.mjs'
import { checkNodeVersion, ensureNodePackages } from './node-packages.mjs'
import { Progress } from './progress.mjs'
import { countStories, countTests } from './test-steps.mjs'
import { ensureTestUser } from './test-user.mjs'

/**
 * @typedef {object} LongTests
 * @property {string} id for --only
 * @property {string} title
 * @property {'vitest' | 'playwright'} [runner] vitest unless told
 * @property {string[]} args for the runner
 * @property {NodeJS.ProcessEnv} [env]
 * @property {() => string} [node] gives the Node that runs it; the one that runs this unless told
 * @property {(onLine: (line: string) => void) => Promise<void>} [before] makes what it needs
 */

/** @param {string} name @param {string[]} ids */
function readOptions(name, ids) {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: [] },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const only = values.only.flatMap((list) => list.split(','))
    const unknown = only.filter((id) => !ids.includes(id))
    if (unknown.length > 0) throw new Error(`There is no part named ${unknown.join(', ')}.`)
    return { ...values, only }
  } catch (error) {
    throw new ExpectedFailure(error instanceof Error ? error.message : String(error), {
      next: `npm run test:${name} -- --help`,
    })
  }
}

/**
 * Runs tests that take too long for `npm test`, after the same set-up. The last line is "N passed, N failed".
 * @param {string} name of the npm script, without "test:"
 * @param {LongTests[]} parts one after the other
 */
export function runLongTests(name, parts) {
  return runScript(async () => {
    const ids = parts.map(({ id }) => id)
    const options = readOptions(name, ids)
    if (options.help) {
      console.log(`npm run test:${name} -- [options]\n\n  --yes          install what is missing without asking`)
      if (ids.length > 1) console.log(`  --only PART    ${ids.join(' ')}`)
      return 0
    }
    const progress = new Progress()
    checkNodeVersion()
    await ensureDebianPackages(progress, missingPackages({ purpose: 'test', window: false }), options)
    await ensureNodePackages(progress)
    await ensureTestUser(progress)
    const sum = { passed: 0, failed: 0 }
    for (const part of parts) {
      if (options.only.length > 0 && !options.only.includes(part.id)) continue
      const { passed, failed } = await runPart(part, progress)
      sum.passed += passed
      sum.failed += failed
    }
    console.log(`${sum.passed} passed, ${sum.failed} failed`)
    return sum.failed === 0 ? 0 : 1
  })
}

/** @param {LongTests} part @param {Progress} progress */
async function runPart({ id, title, runner = 'vitest', args, env = {}, node, before }, progress) {
  const report = join(root, `node_modules/.cache/test-reports/${id}.json`)
  mkdirSync(join(report, '..'), { recursive: true })
  rmSync(report, { force: true })
  progress.start(title)
  const onLine = (/** @type {string} */ line) => progress.detail(title, line)
  await before?.(onLine)
  const [script = '', words = [], variables = {}] =
    runner === 'vitest'
      ? ['vitest/vitest.mjs', ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]]
      : ['@playwright/test/cli.js', ['test', ...args, '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_FILE: report }]
  const { code, output } = await runCommand(
    node?.() ?? process.execPath,
    [join(root, 'node_modules', script), ...words],
    {
      env: { ...env, ...variables },
      onLine,
    },
  )
  const count = runner === 'vitest' ? countTests : countStories
  const {
    passed,
    failed: counted,
    notes,
  } = existsSync(report) ? count(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 0, notes: [] }
  const failed = code !== 0 && counted === 0 ? 1 : counted
  progress.end(title, failed > 0 ? 'failed' : 'done', `${passed} passed, ${failed} failed`)
  for (const line of output.split('\n').filter((each) => each.startsWith('trials: '))) progress.line(line)
  for (const note of notes) progress.line(note)
  if (failed > 0) progress.line(`\n${output.trimEnd()}\n`)
  return { passed, failed }
}
