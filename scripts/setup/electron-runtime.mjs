import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runCommand } from './command.mjs'
import { electronExecutable } from './windows.mjs'

/** Some hundred MB from where Electron's makers keep them; whoever has no way there must not wait for long. */
const PATIENCE_MS = 90_000

/**
 * Has Electron's own installer fetch its runtime, where it was never tried: since Electron 42 its package does not do so
 * by itself. A failure is no failure of Strata, which then shows its window in a browser, and is not tried again.
 * @param {import('./progress.mjs').Progress} progress
 * @param {{ installer?: string, triedMark?: string, patienceMs?: number }} [parts] others in tests
 * @returns {Promise<string | null>} the executable
 */
export async function tryElectron(
  progress,
  {
    installer = join(root, 'node_modules/electron/install.js'),
    triedMark = join(root, 'node_modules/.cache/electron-tried'),
    patienceMs = PATIENCE_MS,
  } = {},
) {
  const known = electronExecutable()
  if (known !== null || existsSync(triedMark) || !existsSync(installer)) return known
  const title = 'Electron’s runtime (tried once)'
  progress.start(title)
  const { code } = await runCommand(process.execPath, [installer], {
    timeoutMs: patienceMs,
    onLine: (line) => progress.detail(title, line),
  })
  mkdirSync(join(triedMark, '..'), { recursive: true })
  writeFileSync(triedMark, '')
  if (code === 0) {
    progress.end(title, 'done', '')
    return electronExecutable()
  }
  progress.end(
    title,
    'done',
    'not to be had from here: the window will be a browser’s (npx install-electron tries again)',
  )
  return null
}
