import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { countStories, skippedTests } from './test-steps.mjs'

it('tells of a skipped test with the condition that skips it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'steps-'))
  const name = join(folder, 'a.test.ts')
  await writeFile(name, "it.skipIf(process.getuid?.() === 0)('is private', () => undefined)\n")
  const assertionResults = [
    { status: 'passed', fullName: 'is there' },
    { status: 'pending', fullName: 'is private' },
  ]
  expect(skippedTests({ testResults: [{ name, assertionResults }] })).toEqual([
    'skipped: is private (its condition: process.getuid?.() === 0)',
  ])
  await rm(folder, { recursive: true })
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
  expect(two).toEqual({ passed: 7, failed: 0, notes: ['needed a second try: a', 'needed a second try: b'] })
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
