import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildApp } from './app-build.mjs'
import { root, runCommand } from './command.mjs'
import { ExpectedFailure } from './failure.mjs'

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {string} output shown when something failed
 * @property {number} [skipped]
 * @property {string[]} [notes] what the last lines tell besides: tests that were skipped, and why; stories that needed a second try
 *
 * @typedef {object} Step
 * @property {string} name for --only
 * @property {string} title
 * @property {string[]} after names of steps that must have passed, where they are run at all
 * @property {(onLine: (line: string) => void, rest: string[]) => Promise<Outcome>} run
 */

const reports = join(root, 'node_modules/.cache/test-reports')

/**
 * A tool that says yes or no: counts as one.
 * @param {string[][]} commands run one after the other until one fails: a script of a package and its arguments
 * @returns {Step['run']}
 */
const check = (commands) => async (onLine) => {
  for (const [script = '', ...args] of commands) {
    const { code, output } = await runCommand(process.execPath, [join(root, script), ...args], { onLine })
    if (code !== 0) return { passed: 0, failed: 1, output }
  }
  return { passed: 1, failed: 0, output: '' }
}

/**
 * A test runner: counted by its own report.
 * @param {string} name of the report
 * @param {string[]} command
 * @param {(report: string) => { args: string[], env: NodeJS.ProcessEnv }} reporting
 * @param {(report: any) => { passed: number, failed: number, skipped: number, notes: string[] }} count
 * @returns {Step['run']}
 */
const runner = (name, command, reporting, count) => async (onLine, rest) => {
  const report = join(reports, `${name}.json`)
  mkdirSync(reports, { recursive: true })
  rmSync(report, { force: true })
  const [script = '', ...args] = command
  const { args: more, env } = reporting(report)
  const { code, output } = await runCommand(process.execPath, [join(root, script), ...args, ...more, ...rest], {
    onLine,
    env,
  })
  const counted = existsSync(report)
    ? count(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0, notes: [] }
  // A file that cannot be loaded, or an error between tests, fails the run without a failed test.
  if (code !== 0 && counted.failed === 0) counted.failed = 1
  return { ...counted, output }
}

/** @returns {Promise<Outcome>} */
async function build(/** @type {(line: string) => void} */ onLine) {
  try {
    await buildApp(onLine)
    return { passed: 1, failed: 0, output: '' }
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error
    return { passed: 0, failed: 1, output: error.output }
  }
}

/** @param {any} report of vitest */
export function countTests(report) {
  const notes = skippedTests(report)
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: notes.length, notes }
}

const vitest = runner(
  'unit',
  ['node_modules/vitest/vitest.mjs', 'run'],
  (report) => ({ args: ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`], env: {} }),
  countTests,
)

const packages = runner(
  'packages',
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'scripts/packages/packages.config.ts'],
  (report) => ({ args: ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`], env: {} }),
  countTests,
)

/**
 * The tests of a file that are left out somewhere, each with the reason: the words of the comment right above it.
 * @param {string} source
 * @returns {{ title: string, why: string | null }[]}
 */
export function conditionalTests(source) {
  const found = source.matchAll(
    /(?<before>.*)\n *(?:it|test|describe)\.(?:skipIf|runIf)\([^\n]*?\)\(\s*(['"`])(?<title>.*?)\2/g,
  )
  return [...found].map(({ groups }) => ({
    title: groups?.['title'] ?? '',
    why: /^ *\/\/ (.*?)\.?$/.exec(groups?.['before'] ?? '')?.[1] ?? null,
  }))
}

/**
 * Each test that was skipped, with the reason that stands in its file.
 * @param {{ testResults: { name: string, assertionResults: { status: string, fullName: string }[] }[] }} report
 */
export function skippedTests({ testResults }) {
  return testResults.flatMap(({ name, assertionResults }) => {
    const skipped = assertionResults.filter(({ status }) => ['pending', 'skipped', 'todo'].includes(status))
    if (skipped.length === 0) return []
    const reasons = conditionalTests(readFileSync(name, 'utf8'))
    return skipped.map(({ fullName }) => {
      const why = reasons.find(({ title }) => fullName.includes(title))?.why
      return `skipped: ${fullName} (${why ?? 'no reason is given'})`
    })
  })
}

/** Stories that may need a second try in one run: more are no accident any more. */
const secondTriesAllowed = 2

/**
 * @typedef {object} Suite
 * @property {string} [title]
 * @property {Suite[]} [suites]
 * @property {{ title: string, tests: { status: string, annotations: { type: string, description?: string }[], results: unknown[] }[] }[]} [specs]
 *
 * @param {Suite} suite
 * @returns {{ title: string, status: string, why: string }[]}
 */
const storiesOf = (suite) => [
  ...(suite.suites ?? []).flatMap(storiesOf),
  ...(suite.specs ?? []).flatMap(({ title, tests }) =>
    tests.map(({ status, annotations }) => ({
      title,
      status,
      why: annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason is given',
    })),
  ),
]

/** @param {{ suites: Suite[], stats: { expected: number, flaky: number, unexpected: number } }} report */
export function countStories({ suites, stats }) {
  const stories = suites.flatMap(storiesOf)
  const again = stories.filter(({ status }) => status === 'flaky').map(({ title }) => `needed a second try: ${title}`)
  const skipped = stories.filter(({ status }) => status === 'skipped')
  const tooMany = stats.flaky > secondTriesAllowed
  return {
    passed: stats.expected + (tooMany ? 0 : stats.flaky),
    failed: stats.unexpected + (tooMany ? stats.flaky : 0),
    skipped: skipped.length,
    notes: [
      ...again,
      ...[...new Set(skipped.map(({ why }) => why))].map((why) => {
        const count = skipped.filter((story) => story.why === why).length
        return `skipped: ${count === 1 ? 'one story' : `${count} stories`} (${why})`
      }),
    ],
  }
}

const playwright = runner(
  'e2e',
  ['node_modules/@playwright/test/cli.js', 'test'],
  (report) => ({ args: ['--reporter=list,json'], env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report } }),
  countStories,
)

/** In an order that fails early; steps without a tie between them share the cores. @type {Step[]} */
export const testSteps = [
  {
    name: 'types',
    title: 'Type check',
    after: [],
    run: check([['scripts/prepare-types.mjs'], ['node_modules/vue-tsc/bin/vue-tsc.js', '--build']]),
  },
  {
    name: 'lint',
    title: 'Lint',
    after: [],
    run: check([
      ['node_modules/oxlint/bin/oxlint', '--deny-warnings'],
      ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
    ]),
  },
  {
    name: 'imports',
    title: 'Import rules',
    after: [],
    run: check([
      [
        'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
        ...['contract', 'node-libvirt', 'main', 'preload', 'renderer', 'e2e', 'bench', 'scripts'],
      ],
    ]),
  },
  { name: 'unused', title: 'Unused code', after: [], run: check([['node_modules/knip/bin/knip.js', '--no-progress']]) },
  {
    name: 'format',
    title: 'Format',
    after: [],
    run: check([['node_modules/prettier/bin/prettier.cjs', '--check', '.']]),
  },
  { name: 'build', title: 'Build', after: [], run: build },
  { name: 'unit', title: 'Unit and protocol tests', after: [], run: vitest },
  { name: 'packages', title: 'Packages', after: ['build'], run: packages },
  { name: 'guest', title: 'Test guest', after: [], run: check([['e2e/guest/build.mjs']]) },
  { name: 'installer', title: 'Debian’s installer', after: [], run: check([['e2e/installer/build.mjs']]) },
  { name: 'e2e', title: 'Stories', after: ['build', 'guest', 'installer'], run: playwright },
]
