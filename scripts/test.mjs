// npm test: set-up, then every check and every test. The last line is "N passed, N failed", and ", N skipped" where some
// were; which and why stands above it.
import { parseArgs } from 'node:util'
import { missingPackages } from './setup/debian-needs.mjs'
import { ensureDebianPackages, ensurePackageLists } from './setup/debian-packages.mjs'
import { ExpectedFailure, runScript } from './setup/failure.mjs'
import { checkNodeVersion, ensureNodePackages } from './setup/node-packages.mjs'
import { Progress } from './setup/progress.mjs'
import { testSteps } from './setup/test-steps.mjs'
import { ensureTestUser } from './setup/test-user.mjs'

/** @typedef {import('./setup/test-steps.mjs').Step} Step */
/** @typedef {import('./setup/test-steps.mjs').Outcome} Outcome */

const names = testSteps.map((step) => step.name)
const help = `npm test -- [options] [arguments for the one step that is selected]

  --only NAME[,NAME]   only these steps: ${names.join(' ')}
  --yes                install what is missing without asking

  npm test -- --only unit node-libvirt/src/xdr
  npm test -- --only e2e --rest=--grep=snapshot`

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        rest: { type: 'string', multiple: true, default: [] },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const only = values.only.flatMap((list) => list.split(','))
    const unknown = only.filter((name) => !names.includes(name))
    if (unknown.length > 0) throw new Error(`There is no step named ${unknown.join(', ')}.`)
    return { ...values, only, rest: [...values.rest, ...positionals] }
  } catch (error) {
    throw new ExpectedFailure(error instanceof Error ? error.message : String(error), { next: 'npm test -- --help' })
  }
}

/**
 * Two steps at a time; a step waits for those that it stands on, and is failed when one of them has.
 * The stories run alone: they measure nothing, but their guests need both cores.
 * @param {Step[]} steps
 * @param {Progress} progress
 * @param {string[]} rest
 */
async function runSteps(steps, progress, rest) {
  /** @type {Map<string, Outcome>} */
  const outcomes = new Map()
  const alone = steps.filter((step) => step.name === 'e2e')
  const waiting = steps.filter((step) => step.name !== 'e2e')
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await runStep(step)
  }
  /** @type {Map<string, Promise<void>>} */
  const started = new Map()
  const runStep = (/** @type {Step} */ step) => {
    const ended = whenReady(step)
    started.set(step.name, ended)
    return ended
  }
  const whenReady = async (/** @type {Step} */ step) => {
    // The other lane may still be at one of them.
    await Promise.all(step.after.map((name) => started.get(name) ?? Promise.resolve()))
    const broken = step.after.filter((name) => (outcomes.get(name)?.failed ?? 0) > 0)
    progress.start(step.title)
    if (broken.length > 0) {
      outcomes.set(step.name, { passed: 0, failed: 1, output: '' })
      progress.end(step.title, 'failed', `not run, as ${broken.join(' and ')} failed`)
      return
    }
    const outcome = await step.run((line) => progress.detail(step.title, line), rest)
    outcomes.set(step.name, outcome)
    const counted = ['unit', 'packages', 'e2e'].includes(step.name) || outcome.failed > 0
    const note = counted ? `${outcome.passed} passed, ${outcome.failed} failed` : ''
    progress.end(step.title, outcome.failed > 0 ? 'failed' : 'done', note)
    if (outcome.failed > 0) progress.line(`\n${outcome.output.trimEnd()}\n`)
  }
  await Promise.all([lane(), lane()])
  for (const step of alone) await runStep(step)
  return [...outcomes.values()]
}

await runScript(async () => {
  const options = readOptions()
  if (options.help) {
    console.log(help)
    return 0
  }
  const progress = new Progress()
  const startedAtMs = Date.now()
  checkNodeVersion()
  await ensureDebianPackages(progress, missingPackages({ purpose: 'test', window: false }), options)
  await ensurePackageLists(progress)
  await ensureNodePackages(progress)
  await ensureTestUser(progress)

  const wanted = testSteps.filter((step) => options.only.length === 0 || options.only.includes(step.name))
  const outcomes = await runSteps(wanted, progress, wanted.length === 1 ? options.rest : [])
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0)
  for (const note of outcomes.flatMap(({ notes = [] }) => notes)) console.log(note)
  console.log(`\nin ${Math.round((Date.now() - startedAtMs) / 1000)} s`)
  const skipped = outcomes.reduce((sum, outcome) => sum + (outcome.skipped ?? 0), 0)
  console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
  return failed === 0 ? 0 : 1
})
