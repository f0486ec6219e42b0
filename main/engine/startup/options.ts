import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { foldersOf, type Folders } from './folders.ts'

/** All that the user, or a script, can say at the start. */
export interface StartOptions {
  /** A fleet of libvirt's test driver, to try everything with nothing at stake; null: the real hosts. */
  readonly demoFleetPath: string | null
  /** False: serve only, and print the address. */
  readonly openWindow: boolean
  /** 0: any free port. */
  readonly port: number
  /** A file that gets the address and a one-time token, for whoever started this without a window. */
  readonly addressFilePath: string | null
  /** A JSON list of host definitions in place of the usual ones, from STRATA_HOSTS. */
  readonly hostsJson: string | null
  /** Address or path of a catalogue of cloud images in place of ours, from STRATA_IMAGE_CATALOGUE: an organisation's mirror. */
  readonly imageCatalogue: string | null
  readonly folders: Folders
}

/** A mistake of whoever typed the command; the message is for them. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = 'strata [--demo FLEET.xml] [--no-window] [--port N] [--address-file PATH]'

const known = {
  demo: { type: 'string' },
  'no-window': { type: 'boolean' },
  port: { type: 'string' },
  'address-file': { type: 'string' },
} as const

/**
 * @param unknownOptions 'ignore' where the runtime has switches of its own among ours, as Electron does
 * @throws UsageError
 */
export function parseOptions(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  unknownOptions: 'refuse' | 'ignore',
): StartOptions {
  const values = readArguments(argv, unknownOptions)
  return {
    demoFleetPath: pathOption('--demo', values.demo),
    openWindow: values['no-window'] !== true,
    port: portOption(values.port),
    addressFilePath: pathOption('--address-file', values['address-file']),
    hostsJson: env['STRATA_HOSTS'] ?? null,
    imageCatalogue: env['STRATA_IMAGE_CATALOGUE'] ?? null,
    folders: foldersOf(env),
  }
}

function readArguments(argv: readonly string[], unknownOptions: 'refuse' | 'ignore') {
  try {
    return parseArgs({ args: [...argv], options: known, strict: unknownOptions === 'refuse' }).values
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error })
  }
}

/** Without strict parsing an option that lacks its value is `true`. */
function pathOption(name: string, value: string | boolean | undefined): string | null {
  if (value === undefined) return null
  if (typeof value !== 'string' || value === '') throw new UsageError(`${name} needs a path.\n${usage}`)
  return resolve(value)
}

function portOption(value: string | boolean | undefined): number {
  if (value === undefined) return 0
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (!(port >= 1 && port <= 65_535)) throw new UsageError(`--port needs a number from 1 to 65535.\n${usage}`)
  return port
}
