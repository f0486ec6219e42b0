import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './command.mjs'
import { conditionalTests, countStories, skippedTests } from './test-steps.mjs'

it('tells of a skipped test with the reason that stands above it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'steps-'))
  const name = join(folder, 'a.test.ts')
  const source = [
    '// Root may read everything.',
    "it.skipIf(process.getuid?.() === 0)('is private', () => undefined)",
    "describe.runIf(hasXz)('a packed file', () => undefined)",
    '',
  ]
  await writeFile(name, source.join('\n'))
  const assertionResults = [
    { status: 'passed', fullName: 'is there' },
    { status: 'pending', fullName: 'a file is private' },
    { status: 'skipped', fullName: 'a packed file opens' },
  ]
  expect(skippedTests({ testResults: [{ name, assertionResults }] })).toEqual([
    'skipped: a file is private (Root may read everything)',
    'skipped: a packed file opens (no reason is given)',
  ])
  await rm(folder, { recursive: true })
})

it('finds a reason in words beside every test that can be left out', () => {
  const files = execFileSync('git', ['ls-files', '*.test.ts', '*.test.mjs', '*.packages.ts'], {
    cwd: root,
    encoding: 'utf8',
  })
  const without = files
    .trim()
    .split('\n')
    .filter((file) => !file.endsWith('test-steps.test.mjs'))
    .flatMap((file) => conditionalTests(readFileSync(join(root, file), 'utf8')).map((test) => ({ file, ...test })))
  expect(without.length).toBeGreaterThan(20)
  expect(without.filter(({ why }) => why === null)).toEqual([])
})

/**
 * @param {string} title
 * @param {string} status
 * @param {{ type: string, description?: string }[]} [annotations]
 */
const story = (title, status, annotations = []) => ({ title, tests: [{ status, annotations, results: [] }] })

it('tells of stories that needed a second try, and fails the run when there are more than two', () => {
  const suites = [{ specs: ['a', 'b'].map((title) => story(title, 'flaky')) }]
  const two = countStories({ suites, stats: { expected: 5, flaky: 2, unexpected: 0 } })
  expect(two).toEqual({ passed: 7, failed: 0, skipped: 0, notes: ['needed a second try: a', 'needed a second try: b'] })
  expect(countStories({ suites, stats: { expected: 5, flaky: 3, unexpected: 0 } })).toMatchObject({
    passed: 5,
    failed: 3,
  })
})

it('counts skipped stories by their reason', () => {
  const why = [{ type: 'skip', description: 'Electron’s runtime is not installed' }]
  const suites = [{ suites: [{ specs: [story('a', 'skipped', why), story('b', 'skipped', why)] }] }]
  expect(countStories({ suites, stats: { expected: 1, flaky: 0, unexpected: 0 } }).notes).toEqual([
    'skipped: 2 stories (Electron’s runtime is not installed)',
  ])
})
