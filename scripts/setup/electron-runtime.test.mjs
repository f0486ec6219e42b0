import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { tryElectron } from './electron-runtime.mjs'
import { Progress } from './progress.mjs'
import { electronExecutable } from './windows.mjs'

/** @type {string} */
let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'electron-runtime-'))
  // Whatever is installed here, it is looked for there.
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

/** @param {string} script what stands for Electron's installer @param {number} [patienceMs] */
function attempt(script, patienceMs = 20_000) {
  const installer = join(folder, 'install.cjs')
  writeFileSync(installer, script)
  vi.spyOn(console, 'log').mockReturnValue()
  return tryElectron(new Progress(), { installer, triedMark: join(folder, 'tried'), patienceMs })
}
const installs = `require('fs').writeFileSync(${JSON.stringify('FOLDER/electron')}.replace('FOLDER', __dirname), '')`

it('has the runtime fetched, and finds it where the variable says', async () => {
  expect(electronExecutable()).toBeNull()
  expect(await attempt(installs)).toBe(join(folder, 'electron'))
})

it('goes on without it when it cannot be had, and does not try again', async () => {
  expect(await attempt('process.exit(1)')).toBeNull()
  expect(existsSync(join(folder, 'tried'))).toBe(true)
  expect(await attempt(installs)).toBeNull()
})

it('waits no longer than it is told', async () => {
  expect(await attempt('setInterval(() => undefined, 1000)', 500)).toBeNull()
})
