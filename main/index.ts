import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { withFleet } from './engine/startup/demo-fleet.ts'
import { helpText } from './engine/startup/help-text.ts'
import { parseOptions, UsageError, type StartOptions } from './engine/startup/options.ts'
import { handOver } from './engine/startup/second-start.ts'

const runsInElectron = process.versions['electron'] !== undefined

/** This file is built to dist/main/index.js. */
const distDir = fileURLToPath(new URL('..', import.meta.url))

function version(): string {
  const manifest = [`${distDir}package.json`, `${distDir}../package.json`].find((path) => existsSync(path))
  return (JSON.parse(readFileSync(manifest ?? '', 'utf8')) as { version: string }).version
}

/** True: a Strata that runs already does what was asked. One that was asked for a server of its own starts one. */
async function isDoneByAnother({ folders, wish, openWindow, addressFilePath }: StartOptions): Promise<boolean> {
  if (!openWindow || addressFilePath !== null) return false
  const said = await handOver(folders.dataDir, wish)
  if (said !== null && said !== '') console.log(said)
  return said !== null
}

/** In Electron the engine has a process of its own, which the shell starts: a busy engine never holds a window up. */
async function runInElectron(options: StartOptions): Promise<void> {
  const { runElectronShell } = await import('./electron/shell.ts')
  // Not awaited: Electron is not ready before this file has been evaluated to its end.
  runElectronShell({ options, distDir }).catch(fail)
}

async function runOnTheWeb(options: StartOptions): Promise<void> {
  const { runWebShell } = await import('./web/shell.ts')
  // Only now: the browser starts while the engine is still being read.
  const loadEngine = async () => (await import('./engine/startup/start-engine.ts')).startEngine
  await runWebShell({ options, loadEngine, rendererDir: `${distDir}renderer` })
  process.exit() // what a library may still wait for is nothing that a user waits for
}

function fail(error: unknown): never {
  if (error instanceof UsageError) {
    console.error(error.message)
    process.exit(2)
  }
  console.error('Strata could not start:', error instanceof Error ? error.message : error)
  process.exit(1)
}

try {
  const said = process.argv.slice(runsInElectron && !process.defaultApp ? 1 : 2)
  const wanted = parseOptions(said, process.env, runsInElectron ? 'ignore' : 'refuse')
  if (wanted.prints !== null) {
    console.log(wanted.prints === 'help' ? helpText() : `strata ${version()}`)
    process.exit()
  }
  const options = await withFleet(wanted, `${distDir}main/demo-fleet.xml`)
  if (await isDoneByAnother(options)) process.exit()
  if (runsInElectron && options.openWindow) await runInElectron(options)
  else runOnTheWeb(options).catch(fail)
} catch (error) {
  fail(error)
}
