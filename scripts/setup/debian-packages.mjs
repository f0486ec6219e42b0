import { program } from './debian-needs.mjs'
import { runCommand, runOnTerminal } from './command.mjs'
import { ExpectedFailure } from './failure.mjs'
import { askConsent } from './question.mjs'

/** @typedef {import('./debian-needs.mjs').Need} Need */

const isRoot = process.getuid?.() === 0

/**
 * Installs what is missing, after saying what and asking.
 * @param {import('./progress.mjs').Progress} progress
 * @param {Need[]} missing
 * @param {{ yes: boolean }} options
 */
export async function ensureDebianPackages(progress, missing, { yes }) {
  if (missing.length === 0) return
  const names = missing.map((need) => need.name)
  progress.line('System packages that are missing:')
  for (const { name, why } of missing) progress.line(`  ${name.padEnd(28)} ${why}`)
  if (!program('apt-get')()) {
    throw new ExpectedFailure('These packages carry Debian’s names, and apt-get is not here.', {
      next: 'Install what carries the same programs in your distribution, then run this again.',
    })
  }
  const byHand = `sudo apt-get install --no-install-recommends ${names.join(' ')}`
  await askConsent('Install them now?', { yes, refused: byHand })
  const apt = await becomeRoot(byHand)
  await progress.step(`System packages (${names.length})`, (detail) => installWith(apt, names, byHand, detail))
  const stillMissing = missing.filter((need) => !need.isThere()).map((need) => need.name)
  if (stillMissing.length === 0) return
  throw new ExpectedFailure(`apt-get succeeded, and yet this is not found: ${stillMissing.join(', ')}.`, {
    next: `Look at what is installed: dpkg -L ${stillMissing.join(' ')}`,
  })
}

/**
 * How a program is run with root's rights on this machine.
 * @param {string} byHand
 * @returns {Promise<string[]>} words before the program's name
 */
async function becomeRoot(byHand) {
  if (isRoot) return []
  if (program('sudo')()) {
    // It asks for the password here and now; afterwards it stays quiet for some minutes.
    if ((await runOnTerminal('sudo', ['-v'])) === 0) return ['sudo']
    throw new ExpectedFailure('sudo refused.', { next: `Have somebody who may run: ${byHand}` })
  }
  if (program('pkexec')() && (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']) !== undefined) return ['pkexec']
  throw new ExpectedFailure('Installing needs root’s rights, and neither sudo nor pkexec is here.', {
    next: `As root, run: ${byHand.replace(/^sudo /, '')}   and then this again.`,
  })
}

/**
 * @param {string[]} prefix
 * @param {string[]} args
 * @param {(text: string) => void} detail
 */
function aptGet(prefix, args, detail) {
  // Another apt may be at work (automatic upgrades): wait for its lock. Downloads are tried again.
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3']
  const settings = ['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8']
  const [first = 'env', ...rest] = [...prefix, ...settings, 'apt-get', ...options, ...args]
  return runCommand(first, rest, { onLine: detail })
}

/**
 * @param {string[]} prefix
 * @param {string[]} names
 * @param {string} byHand
 * @param {(text: string) => void} detail
 */
async function installWith(prefix, names, byHand, detail) {
  const install = () => aptGet(prefix, ['install', '--yes', '--no-install-recommends', ...names], detail)
  const first = await install()
  if (first.code === 0) return
  // Most often the package lists are absent or stale.
  const update = await aptGet(prefix, ['update'], detail)
  const second = update.code === 0 ? await install() : update
  if (second.code === 0) return
  throw new ExpectedFailure(`apt-get could not install ${names.join(', ')}.`, {
    output: second.output.split('\n').slice(-25).join('\n'),
    next: `Solve what it says above, or run it yourself: ${byHand}`,
  })
}

/**
 * The test guest is made from packages that are downloaded, not installed: apt must know where they are.
 * @param {import('./progress.mjs').Progress} progress
 */
export async function ensurePackageLists(progress) {
  const known = await runCommand('apt-cache', ['show', '--no-all-versions', 'linux-image-cloud-amd64'])
  if (known.code === 0 && known.output.includes('Package:')) return
  const byHand = 'sudo apt-get update'
  const prefix = await becomeRoot(byHand)
  await progress.step('Package lists', async (detail) => {
    const { code, output } = await aptGet(prefix, ['update'], detail)
    if (code === 0) return
    throw new ExpectedFailure('apt-get could not fetch the package lists.', { output, next: `Try: ${byHand}` })
  })
}
