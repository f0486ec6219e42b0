import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './command.mjs'

const browsers = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/**
 * Electron's executable, or null where its runtime was never downloaded. Requiring the package would start
 * that download, so its files are looked at instead. ELECTRON_OVERRIDE_DIST_PATH names another folder, as it does for
 * Electron's own starter: distributions set it.
 */
export function electronExecutable() {
  const elsewhere = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? ''
  if (elsewhere !== '') {
    const executable = join(elsewhere, 'electron')
    return existsSync(executable) ? executable : null
  }
  const pathFile = join(root, 'node_modules/electron/path.txt')
  if (!existsSync(pathFile)) return null
  const executable = join(root, 'node_modules/electron/dist', readFileSync(pathFile, 'utf8').trim())
  return existsSync(executable) ? executable : null
}

/** A browser that can show an app window, or null. STRATA_BROWSER (a name or a path) wins, as in the app itself. */
export function chromiumExecutable() {
  const chosen = process.env['STRATA_BROWSER'] ?? ''
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin']
  for (const name of chosen === '' ? browsers : [chosen]) {
    const paths = name.includes('/') ? [name] : folders.map((folder) => join(folder, name))
    const found = paths.find((path) => existsSync(path))
    if (found !== undefined) return found
  }
  return null
}

/** Whether a window can be seen at all: a session of X or Wayland, or a system that always has one. */
export function hasScreen() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  return (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']) !== undefined
}
