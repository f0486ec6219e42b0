import type { Machine } from '@strata/contract/machines.ts'

interface Haystack {
  readonly name: string
  readonly rest: string
}

// A machine that changed is a new object, so what was made of the old one goes with it.
const haystacks = new WeakMap<Machine, Haystack>()

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

function haystackOf(machine: Machine): Haystack {
  let haystack = haystacks.get(machine)
  if (haystack === undefined) {
    const rest = [
      machine.title ?? '',
      ...machine.addresses,
      machine.osName ?? '',
      ...machine.networkNames,
      ...machine.diskPaths,
      ...machine.macAddresses,
      machine.uuid,
    ]
    haystack = { name: fold(machine.name), rest: fold(rest.join('\n')) }
    haystacks.set(machine, haystack)
  }
  return haystack
}

export const searchWords = (text: string): readonly string[] => fold(text).split(/\s+/).filter(Boolean)

const startsWordIn = (name: string, word: string) => {
  const at = name.indexOf(word)
  return at > 0 && !/[\p{L}\p{N}]/u.test(name[at - 1] ?? '')
}

/** How well one word fits; 0: not at all. */
function wordScore({ name, rest }: Haystack, word: string): number {
  if (name === word) return 100
  if (name.startsWith(word)) return 60
  if (startsWordIn(name, word)) return 40
  if (name.includes(word)) return 25
  return rest.includes(word) ? 10 : 0
}

/** How well a machine fits all words; 0 when one of them is nowhere. `hostLabel` is searched too. */
export function matchScore(machine: Machine, words: readonly string[], hostLabel = ''): number {
  const haystack = haystackOf(machine)
  let score = 0
  for (const word of words) {
    const ofWord = wordScore(haystack, word) || (fold(hostLabel).includes(word) ? 5 : 0)
    if (ofWord === 0) return 0
    score += ofWord
  }
  return words.length === 0 ? 1 : score
}

/** The best matches first; equal ones by the shorter name, as it is matched to a greater part. */
export function bestMatches(
  machines: readonly Machine[],
  words: readonly string[],
  limit: number,
  hostLabel: (hostId: string) => string,
): readonly Machine[] {
  return machines
    .map((machine) => ({ machine, score: matchScore(machine, words, hostLabel(machine.hostId)) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.machine.name.length - b.machine.name.length || byName(a.machine, b.machine))
    .slice(0, limit)
    .map(({ machine }) => machine)
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
/** 'web-2' before 'web-10'. */
export const byName = (a: Machine, b: Machine): number =>
  collator.compare(a.name, b.name) || (a.uuid < b.uuid ? -1 : Number(a.uuid > b.uuid))
