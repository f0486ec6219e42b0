import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, type ParseArgsConfig } from 'node:util'

import { closestWord } from './closest-word.ts'
import { foldersOf, type Folders } from './folders.ts'
import { usage } from './help-text.ts'
import { fileEndings, optionTable, type OptionName } from './option-table.ts'
import type { Wish } from './wish.ts'

/** All that the user, or a script, can say at the start. */
export interface StartOptions {
  /** What is printed instead of a start. */
  readonly prints: 'help' | 'version' | null
  /** The real hosts, or a fleet of libvirt's test driver to try everything with nothing at stake. */
  readonly demo: { readonly fleetPath: string | null } | null
  /** Addresses of hosts that are shown first, from --connect, else from LIBVIRT_DEFAULT_URI. */
  readonly connectUris: readonly string[]
  /** What the window shows first. */
  readonly wish: Wish
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
  constructor(sentence: string, options?: ErrorOptions) {
    super(`${sentence}\nUsage: ${usage}; strata --help tells more.`, options)
  }
}

const known: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
  optionTable.map((option) => [
    option.name,
    {
      type: 'value' in option ? ('string' as const) : ('boolean' as const),
      ...('short' in option ? { short: option.short } : {}),
      ...('isRepeated' in option ? { multiple: true } : {}),
    },
  ]),
)
const names = optionTable.map(({ name }) => name)

/**
 * @param unknownOptions 'ignore' where the runtime has switches of its own among ours, as Electron does; one that is
 *   nearly ours is refused there too
 * @param folder what relative paths start from
 * @throws UsageError
 */
export function parseOptions(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  unknownOptions: 'refuse' | 'ignore',
  folder: string = process.cwd(),
): StartOptions {
  const said = readArguments(argv, unknownOptions)
  const path = (name: OptionName) => {
    const value = said.text(name)
    return value === null ? null : resolve(folder, value)
  }
  const fleetPath = path('demo-fleet')
  const demo = said.has('demo') || fleetPath !== null ? { fleetPath } : null
  const fromEnvironment = env['LIBVIRT_DEFAULT_URI'] ?? ''
  const connects = said.texts('connect')
  return {
    prints: said.has('help') ? 'help' : said.has('version') ? 'version' : null,
    demo,
    connectUris: connects.length > 0 || fromEnvironment === '' ? connects : [fromEnvironment],
    wish: wishOf(said, folder),
    openWindow: !said.has('no-window'),
    port: portOption(said.text('port')),
    addressFilePath: path('address-file'),
    hostsJson: env['STRATA_HOSTS'] ?? null,
    imageCatalogue: env['STRATA_IMAGE_CATALOGUE'] ?? null,
    folders: foldersOf(env, demo === null ? 'strata' : 'strata-demo'),
  }
}

interface Said {
  has(name: OptionName): boolean
  /** @throws UsageError when it stands there without its value */
  text(name: OptionName): string | null
  texts(name: OptionName): string[]
  readonly words: readonly string[]
}

function readArguments(argv: readonly string[], unknownOptions: 'refuse' | 'ignore'): Said {
  const { values, positionals } = parseArgs({ args: [...argv], options: known, strict: false, allowPositionals: true })
  for (const name of Object.keys(values)) {
    if (names.includes(name as OptionName)) continue
    const meant = closestWord(name, names)
    if (meant === null && unknownOptions === 'ignore') continue
    throw new UsageError(`There is no option ${dashed(name)}.${meant === null ? '' : ` Did you mean --${meant}?`}`)
  }
  const texts = (name: OptionName): string[] => {
    const value = values[name]
    // Without strict parsing an option that lacks its value is `true`.
    return [value ?? []].flat().map((each) => {
      if (typeof each === 'string' && each !== '') return each
      throw new UsageError(`--${name} needs a value: ${valueOf(name)}.`)
    })
  }
  const has = (name: OptionName) => {
    const value = values[name]
    if (typeof value === 'string') throw new UsageError(`--${name} takes no value.`)
    return value === true
  }
  return { has, texts, text: (name) => texts(name).at(-1) ?? null, words: positionals }
}

const dashed = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`)

function valueOf(name: OptionName): string {
  const option = optionTable.find((each) => each.name === name)
  return option !== undefined && 'value' in option ? option.value : ''
}

function wishOf(said: Said, folder: string): Wish {
  const [word, further] = said.words
  if (further !== undefined) throw new UsageError(`Only one file can be opened; “${further}” is a second one.`)
  const machine = said.text('open')
  if (machine !== null) return { kind: 'machine', machine }
  if (word !== undefined) return { kind: 'file', path: fileOf(word, folder) }
  return { kind: said.has('new') ? 'new-machine' : 'window' }
}

/** Desktops hand over a path or a file: address. */
function fileOf(word: string, folder: string): string {
  const path = word.startsWith('file://') ? pathOfAddress(word) : resolve(folder, word)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    const meant = closestWord(word, names)
    throw new UsageError(`There is no file “${word}”.${meant === null ? '' : ` Did you mean --${meant}?`}`)
  }
  if (!fileEndings.some((ending) => path.toLowerCase().endsWith(ending))) {
    throw new UsageError(`Strata makes no machine from “${word}”: it opens ${fileEndings.join(' ')}.`)
  }
  return path
}

function pathOfAddress(address: string): string {
  try {
    return fileURLToPath(address)
  } catch (error) {
    throw new UsageError(`“${address}” is no file of this computer.`, { cause: error })
  }
}

function portOption(value: string | null): number {
  if (value === null) return 0
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (!(port >= 1 && port <= 65_535)) throw new UsageError('--port needs a number from 1 to 65535.')
  return port
}
