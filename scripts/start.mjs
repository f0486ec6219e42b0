// npm start: from a fresh clone to the window. Plain JavaScript, as it runs before any package is installed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fleetXml } from './make-fleet.mjs'
import { ensureBuilt } from './setup/app-build.mjs'
import { runOnTerminal } from './setup/command.mjs'
import { missingPackages } from './setup/debian-needs.mjs'
import { ensureDebianPackages } from './setup/debian-packages.mjs'
import { tryElectron } from './setup/electron-runtime.mjs'
import { ExpectedFailure, runScript } from './setup/failure.mjs'
import { checkNodeVersion, ensureNodePackages } from './setup/node-packages.mjs'
import { Progress } from './setup/progress.mjs'
import { ensureSystemDaemon } from './setup/system-daemon.mjs'
import { electronExecutable, hasScreen } from './setup/windows.mjs'

const help = `npm start -- [options]

  --demo             try everything on a made-up fleet, with nothing at stake
  --machines N       how many machines the made-up fleet has (120)
  --no-window        open no window; print the address instead
  --port N           serve on this port of 127.0.0.1 (a free one unless told)
  --address-file P   write the one-time address to this file
  --yes              install what is missing without asking
  --setup-only       install and build, then stop`

function readOptions() {
  try {
    return parseArgs({
      options: {
        demo: { type: 'boolean', default: false },
        machines: { type: 'string', default: '120' },
        'no-window': { type: 'boolean', default: false },
        port: { type: 'string' },
        'address-file': { type: 'string' },
        yes: { type: 'boolean', default: false },
        'setup-only': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new ExpectedFailure(error instanceof Error ? error.message : String(error), { next: 'npm start -- --help' })
  }
}

/**
 * Writes the fleet for libvirt's test driver. It is the daemon that reads it, so it stays where it is.
 * @param {number} machines
 */
function writeFleet(machines) {
  if (!Number.isInteger(machines) || machines < 1) {
    throw new ExpectedFailure('--machines wants a whole number.', { next: 'npm start -- --demo --machines 1000' })
  }
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'strata')
  mkdirSync(folder, { recursive: true, mode: 0o700 }) // Strata keeps its own things there, too
  const path = join(folder, `demo-${machines}.xml`)
  writeFileSync(path, fleetXml({ machines }))
  return path
}

/** @param {ReturnType<typeof readOptions>} options */
function appArguments(options) {
  const args = []
  if (options.demo) args.push('--demo-fleet', writeFleet(Number(options.machines)))
  if (options['no-window']) args.push('--no-window')
  if (options.port !== undefined) args.push('--port', options.port)
  if (options['address-file'] !== undefined) args.push('--address-file', options['address-file'])
  return args
}

await runScript(async () => {
  const options = readOptions()
  if (options.help) {
    console.log(help)
    return 0
  }
  const progress = new Progress()
  const window = !options['no-window'] && hasScreen()
  checkNodeVersion()
  await ensureDebianPackages(progress, missingPackages({ purpose: 'run', window: false }), options)
  await ensureNodePackages(progress)
  if (window) await tryElectron(progress)
  // A browser only where there is no Electron.
  await ensureDebianPackages(progress, missingPackages({ purpose: 'run', window }), options)
  await ensureBuilt(progress)
  if (options['setup-only']) return 0
  await ensureSystemDaemon(progress)

  const args = appArguments(options)
  const isRoot = process.getuid?.() === 0
  // A browser can run as the user who became root, with its sandbox; Electron is one program and cannot.
  const isUserBehind = isRoot && Boolean(process.env['SUDO_UID'] ?? process.env['PKEXEC_UID'])
  const electron = window && options.port === undefined && !isUserBehind ? electronExecutable() : null
  if (electron === null) return runOnTerminal(process.execPath, ['dist/main/index.js', ...args])
  if (isRoot) console.log('As root the window runs without its sandbox. Better start Strata as your own user.')
  // Chromium inside Electron refuses to run its sandbox as root.
  return runOnTerminal(electron, ['.', ...(isRoot ? ['--no-sandbox'] : []), ...args])
})
