import { fileURLToPath } from 'node:url'

import { parseOptions, UsageError, type StartOptions } from './engine/startup/options.ts'

const runsInElectron = process.versions['electron'] !== undefined

/** This file is built to dist/main/index.js. */
const distDir = fileURLToPath(new URL('..', import.meta.url))

/** In Electron the engine has a process of its own, which the shell starts: a busy engine never holds a window up. */
async function runInElectron(options: StartOptions): Promise<void> {
  const { runElectronShell } = await import('./electron/shell.ts')
  await runElectronShell({ options, distDir })
}

async function runOnTheWeb(options: StartOptions): Promise<void> {
  const [{ startEngine }, { runWebShell }] = await Promise.all([
    import('./engine/startup/start-engine.ts'),
    import('./web/shell.ts'),
  ])
  const { engine, log, notices, close } = await startEngine(options)
  try {
    await runWebShell({ options, engine, log, notices, rendererDir: `${distDir}renderer` })
  } finally {
    await close()
  }
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
  const options = parseOptions(
    process.argv.slice(runsInElectron ? 1 : 2),
    process.env,
    runsInElectron ? 'ignore' : 'refuse',
  )
  // Awaited at the top level: Electron is not ready before, and some of its calls must come before that.
  await (runsInElectron && options.openWindow ? runInElectron(options) : runOnTheWeb(options))
} catch (error) {
  fail(error)
}
