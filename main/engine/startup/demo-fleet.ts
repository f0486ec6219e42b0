import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { replaceFile } from '../replace-file.ts'
import type { StartOptions } from './options.ts'

/**
 * Puts the fleet that comes with Strata where a daemon can read it: out of the program's archive.
 * @param ownFleetPath where the build has it
 */
export async function withFleet(options: StartOptions, ownFleetPath: string): Promise<StartOptions> {
  if (options.demo?.fleetPath !== null) return options
  const { cacheDir } = options.folders
  await mkdir(cacheDir, { recursive: true, mode: 0o700 })
  const fleetPath = join(cacheDir, 'fleet.xml')
  await replaceFile(fleetPath, await readFile(ownFleetPath, 'utf8'))
  return { ...options, demo: { fleetPath } }
}
