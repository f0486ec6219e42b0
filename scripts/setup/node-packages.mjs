import { existsSync, lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, runCommand } from './command.mjs'
import { ExpectedFailure } from './failure.mjs'

/** Node 20 since 20.19, or 22 and later: what `engines` in package.json says. */
export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if ((major === 20 && minor >= 19) || major >= 22) return
  throw new ExpectedFailure(`Node ${process.versions.node} is too old for Strata.`, {
    next: 'Install Node 20.19 or later, or Node 22.12 or later, then run this again.',
  })
}

/** Whether node_modules is there and not older than the lock file. */
export function nodePackagesAreCurrent() {
  const installed = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installed)) return false
  return statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

/**
 * Installs the packages of package-lock.json, exactly those.
 * @param {import('./progress.mjs').Progress} progress
 */
export async function ensureNodePackages(progress) {
  checkNodeVersion()
  if (nodePackagesAreCurrent()) return
  const folder = join(root, 'node_modules')
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    // npm ci would empty the folder behind the link, which another checkout lives on.
    throw new ExpectedFailure('node_modules is a link, and what it leads to is out of date.', {
      next: 'Run npm ci where the link leads to, or remove the link and run this again.',
    })
  }
  await progress.step('Node packages (npm ci)', async (detail) => {
    const npm = process.env['npm_execpath']
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
    const { code, output } = await (npm?.endsWith('.js')
      ? runCommand(process.execPath, [npm, ...args], { onLine: detail })
      : runCommand('npm', args, { onLine: detail }))
    if (code === 0) return
    throw new ExpectedFailure('npm ci could not install the Node packages.', {
      output,
      next: 'Check that the package registry can be reached (npm ping), then run this again.',
    })
  })
}
