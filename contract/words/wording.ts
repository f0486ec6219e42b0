import type { Catalogue, Entry, PlaceholderKinds } from './entry.ts'
import type { Formats } from './formats.ts'
import type { Said, SaidValue } from './said.ts'

/** Sentences within sentences beyond this are nobody's. */
const deepest = 8

/** Words a sentence. */
export type Wording = (said: Said) => string

/**
 * The wording of one language. A key that its catalogue has not, or values that do not fit its words, as from a newer engine or
 * an old file, are told in the English that came along.
 */
export function wordingIn(catalogue: Catalogue, formats: Formats): Wording {
  const worded = (said: Said, depth: number): string => {
    const template = templateOf(entryOf(catalogue, said.key), said.values, formats)
    if (template === null || depth > deepest) return said.english
    const inner = (value: string | Said) => (typeof value === 'string' ? value : worded(value, depth + 1))
    return filled(template, said.values, { formats, inner }) ?? said.english
  }
  return (said) => worded(said, 0)
}

function entryOf(catalogue: Catalogue, key: string): Entry | null {
  const [noun = '', name = ''] = key.split('.')
  const words = Object.hasOwn(catalogue, noun) ? catalogue[noun] : undefined
  return words !== undefined && Object.hasOwn(words, name) ? (words[name] ?? null) : null
}

function templateOf(entry: Entry | null, values: Said['values'], formats: Formats): string | null {
  if (entry === null || typeof entry === 'string') return entry
  const chooser = ownValue(values, entry.by)
  const form = typeof chooser === 'number' ? formats.pluralForm(chooser) : chooser
  if (typeof form !== 'string' || form === 'by') return null
  if (Object.hasOwn(entry, form)) return entry[form] ?? null
  return typeof chooser === 'number' ? (entry['other'] ?? null) : null
}

interface Filling {
  readonly formats: Formats
  readonly inner: (value: string | Said) => string
}

/** Null: a value is not there, or not of the kind that its placeholder names. */
function filled(template: string, values: Said['values'], filling: Filling): string | null {
  let isWhole = true
  const text = template.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, kind: string | undefined) => {
    const shown = shownValue(ownValue(values, name), kind, filling)
    isWhole &&= shown !== null
    return shown ?? ''
  })
  return isWhole ? text : null
}

const ownValue = (values: Said['values'], name: string): SaidValue | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined

function shownValue(value: SaidValue | undefined, kind: string | undefined, filling: Filling): string | null {
  if (value === undefined) return null
  if (kind === undefined) return typeof value === 'number' || isList(value) ? null : filling.inner(value)
  if (!isKind(kind)) return null
  const format: Formats[typeof kind] = filling.formats[kind]
  if (isListKind(kind)) {
    return isList(value) ? (format as Formats['list'])(value.map((part) => filling.inner(part))) : null
  }
  return typeof value === 'number' ? (format as Formats['count'])(value) : null
}

const isList = (value: SaidValue): value is readonly (string | Said)[] => Array.isArray(value)

const kinds: Readonly<Record<keyof PlaceholderKinds, 'amount' | 'list'>> = {
  count: 'amount',
  bytes: 'amount',
  share: 'amount',
  elapsed: 'amount',
  moment: 'amount',
  list: 'list',
  options: 'list',
  parts: 'list',
  sentences: 'list',
}
const isKind = (kind: string): kind is keyof PlaceholderKinds => Object.hasOwn(kinds, kind)
const isListKind = (kind: keyof PlaceholderKinds) => kinds[kind] === 'list'
