import { english } from './en/index.ts'
import type { EntryValues } from './entry.ts'
import { formatsOf } from './formats.ts'
import { clipped, mostEnglishCharacters, mostListed, mostValueCharacters, type Said, type SaidValue } from './said.ts'
import { wordingIn } from './wording.ts'

type English = typeof english
type Noun = keyof English
type KeyOf<N extends Noun> = `${N}.${keyof English[N] & string}`

/** 'doctor.diskMissing': a noun and the name of one of its sentences. */
export type WordKey = { [N in Noun]: KeyOf<N> }[Noun]

type EntryOf<Key extends WordKey> = Key extends `${infer N extends Noun}.${infer Name}`
  ? Name extends keyof English[N]
    ? English[N][Name]
    : never
  : never

/** What the sentence of a key is filled with. */
export type WordValues<Key extends WordKey> = EntryValues<EntryOf<Key>>

type Filling<Key extends WordKey> = unknown extends WordValues<Key> ? [] : [values: WordValues<Key>]

const inEnglish = wordingIn(english, formatsOf('en', ' '))

/**
 * Makes a sentence from its key. Names and amounts are values, never parts of the key; a key is written out in the
 * source and never comes from a file, a guest or a host.
 */
export function say<Key extends WordKey>(key: Key, ...[values]: Filling<Key>): Said {
  const given: Readonly<Record<string, SaidValue>> = values ?? {}
  const kept = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, cut(value)]))
  const said: Said = { key, values: kept, english: key }
  return { ...said, english: clipped(inEnglish(said), mostEnglishCharacters) }
}

function cut(value: SaidValue): SaidValue {
  if (typeof value === 'string') return clipped(value, mostValueCharacters)
  if (typeof value === 'number' || 'key' in value) return value
  const shown = value.length <= mostListed ? value : [...value.slice(0, mostListed - 1), '…']
  return shown.map((part) => (typeof part === 'string' ? clipped(part, mostValueCharacters) : part))
}
