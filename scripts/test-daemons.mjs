// npm run test:daemons: node-libvirt's tests against three generations of libvirt. The last line is "N passed, N failed".
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addUser, daemonTree, withTree } from './daemons/daemon-tree.mjs'
import { generations } from './daemons/generations.mjs'
import { root, runCommand } from './setup/command.mjs'
import { missingPackages } from './setup/debian-needs.mjs'
import { ensureDebianPackages } from './setup/debian-packages.mjs'
import { ExpectedFailure, runScript } from './setup/failure.mjs'
import { checkNodeVersion, ensureNodePackages } from './setup/node-packages.mjs'
import { Progress } from './setup/progress.mjs'
import { ensureTestUser, testUser } from './setup/test-user.mjs'

/** @typedef {import('./daemons/generations.mjs').Generation} Generation */

const suites = generations.map(({ suite }) => suite)
const help = `npm run test:daemons -- [options] [test files]

  --only SUITE[,SUITE]  only these: ${suites.join(' ')}
  --yes                 install what is missing without asking`

/** What speaks with a daemon. The XML layer and what starts the machine's own daemon are the same for all. */
const allTests = ['node-libvirt/src']
const without = ['node-libvirt/src/xml/**', 'node-libvirt/src/transport/session-daemon.test.ts']

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const only = values.only.flatMap((list) => list.split(','))
    const unknown = only.filter((name) => !suites.includes(name))
    if (unknown.length > 0) throw new Error(`There is no daemon named ${unknown.join(', ')}.`)
    return { ...values, only, files: positionals.length > 0 ? positionals : allTests }
  } catch (error) {
    throw new ExpectedFailure(error instanceof Error ? error.message : String(error), {
      next: 'npm run test:daemons -- --help',
    })
  }
}

/** Other daemons run in a folder that is their root: only root may do that. */
function checkIsRoot() {
  if (process.getuid?.() === 0) return
  throw new ExpectedFailure(
    'Daemons of other generations run in a root folder of their own, which needs root’s rights.',
    {
      next: 'Run it in a virtual machine or container where you are root, or: sudo npm run test:daemons',
    },
  )
}

async function userIds() {
  const [user, group] = await Promise.all(['-u', '-g'].map((what) => runCommand('id', [what, testUser])))
  return { name: testUser, userId: Number(user?.output), groupId: Number(group?.output) }
}

/**
 * Runs the tests against one generation.
 * @param {Generation} generation
 * @param {string} tree
 * @param {string[]} files
 * @param {(line: string) => void} onLine
 */
async function testGeneration({ suite, libvirt }, tree, files, onLine) {
  const report = join(root, `node_modules/.cache/test-reports/daemons-${suite}.json`)
  mkdirSync(join(report, '..'), { recursive: true })
  rmSync(report, { force: true })
  const vitest = [
    ...[process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'node'],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...without.flatMap((pattern) => ['--exclude', pattern]),
    ...files,
  ]
  const [program = '', ...args] = withTree(tree, tmpdir(), vitest)
  const { code, output } = await runCommand(program, args, {
    onLine,
    env: {
      STRATA_DAEMON_ROOT: tree,
      STRATA_LIBVIRT_GENERATION: libvirt,
      // The probes of emulators must be where the tree sees them too.
      STRATA_TEST_CACHE: join(tmpdir(), 'strata-daemons-cache'),
    },
  })
  const { numPassedTests = 0, numFailedTests = 0 } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}
  const failed = code !== 0 && numFailedTests === 0 ? 1 : numFailedTests
  return { passed: numPassedTests, failed, output }
}

await runScript(async () => {
  const options = readOptions()
  if (options.help) {
    console.log(help)
    return 0
  }
  const progress = new Progress()
  checkNodeVersion()
  checkIsRoot()
  await ensureDebianPackages(progress, missingPackages({ purpose: 'test-daemons', window: false }), options)
  await ensureNodePackages(progress)
  await ensureTestUser(progress)
  const user = await userIds()

  const total = { passed: 0, failed: 0 }
  for (const generation of generations) {
    if (options.only.length > 0 && !options.only.includes(generation.suite)) continue
    const { suite, libvirt, qemu } = generation
    const tree = await progress.step(`Debian ${suite}`, (detail) => daemonTree(generation, detail))
    addUser(tree, user)
    const title = `libvirt ${libvirt}, QEMU ${qemu}`
    progress.start(title)
    const outcome = await testGeneration(generation, tree, options.files, (line) => progress.detail(title, line))
    const note = `${outcome.passed} passed, ${outcome.failed} failed`
    progress.end(title, outcome.failed > 0 ? 'failed' : 'done', note)
    if (outcome.failed > 0) progress.line(`\n${outcome.output.trimEnd()}\n`)
    total.passed += outcome.passed
    total.failed += outcome.failed
  }
  console.log(`${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0 ? 0 : 1
})
