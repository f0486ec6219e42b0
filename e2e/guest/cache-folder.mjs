import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where things are kept that are slow to make and the same in every run. Root's home is closed to the user that
 * the daemons of the tests run as, hence the other place.
 * @param {string[]} parts
 */
export function cacheFolder(...parts) {
  const isRoot = process.getuid?.() === 0
  const base = process.env['STRATA_TEST_CACHE'] ?? (isRoot ? '/var/cache' : join(homedir(), '.cache'))
  const folder = join(base, 'strata-tests', ...parts)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  return folder
}
