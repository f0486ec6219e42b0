import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fleetXml } from '../make-fleet.mjs'
import { root, runCommand } from './command.mjs'
import { ExpectedFailure, runScript } from './failure.mjs'
import { writeNotices } from './third-party-notices.mjs'

const sources = ['contract', 'main', 'node-libvirt', 'preload', 'renderer']
const settings = ['vite.config.ts', 'package-lock.json', 'tsconfig.base.json']
const stamp = join(root, 'dist/.built-from')

/** Changes when a source is edited, added or removed; reads names, sizes and times, not contents. */
function fingerprint() {
  const hash = createHash('sha256')
  const add = (/** @type {string} */ path) => {
    const { size, mtimeMs } = statSync(join(root, path))
    hash.update(`${path} ${size} ${mtimeMs}\n`)
  }
  settings.forEach(add)
  for (const folder of sources) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
      .filter((path) => !path.includes('node_modules/') && !path.includes('/dist/'))
    files.sort().forEach(add)
  }
  return hash.digest('hex')
}

/** Whether dist/ was made from the sources as they are now. */
export function buildIsCurrent() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()
}

/**
 * Builds the app, and remembers what from.
 * @param {(text: string) => void} [onLine]
 */
export async function buildApp(onLine) {
  const before = fingerprint()
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { code, output } = await runCommand(process.execPath, [vite, 'build', '--app'], onLine ? { onLine } : {})
  if (code !== 0) {
    throw new ExpectedFailure('The app could not be built.', {
      output: output.split('\n').slice(-40).join('\n'),
      next: 'Mend what is named above; npm run build shows it again.',
    })
  }
  writeNotices(join(root, 'dist'))
  // What `strata --demo` shows; scripts make larger ones.
  writeFileSync(join(root, 'dist/main/demo-fleet.xml'), fleetXml({ machines: 120 }))
  writeFileSync(stamp, before)
  return output
}

/** @param {import('./progress.mjs').Progress} progress */
export async function ensureBuilt(progress) {
  if (buildIsCurrent()) return
  await progress.step('Build', (detail) => buildApp(detail))
}

// npm run build
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(async () => {
    console.log(await buildApp())
    return 0
  })
}
