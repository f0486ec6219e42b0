import type { OsSummary, OsSupport } from '@strata/contract/catalogue.ts'

import { byRelease, type KnownSystems } from './known-systems.ts'
import type { OsRecord } from './os-record.ts'
import { summaryOf } from './os-view.ts'
import { supportOf } from './support.ts'
import { Turns } from './turns.ts'

/** More words than anybody types; the rest is not looked at. */
const mostWords = 12
const weights = { shortId: 3, version: 3, name: 2, distro: 2, codename: 1, vendor: 1 }
const exactFit = Infinity
const ranks: Readonly<Record<OsSupport, number>> = { supported: 0, rolling: 1, prerelease: 2, ended: 3 }

interface Entry {
  readonly record: OsRecord
  readonly support: OsSupport
  /** Each word of it with the weight of the best place that it stands in. */
  readonly words: ReadonlyMap<string, number>
}

/** Finds systems by words. */
export class SearchIndex {
  private constructor(
    private readonly systems: KnownSystems,
    private readonly entries: readonly Entry[],
  ) {}

  static async of(systems: KnownSystems): Promise<SearchIndex> {
    const entries: Entry[] = []
    const turns = new Turns()
    for (const record of systems.records) {
      const support = supportOf(record, systems.superseded.has(record.uri), systems.nowMs)
      entries.push({ record, support, words: weighedWords(record) })
      await turns.between()
    }
    return new SearchIndex(systems, entries)
  }

  /**
   * Systems that every word of the text is in, those that are still mended first, then by how well they fit, then the
   * newest; a whole short id comes before all. No text gives the newest of those that are mended.
   */
  search(text: string, limit: number): OsSummary[] {
    const typed = text.toLowerCase().trim()
    const words = wordsIn(typed).slice(0, mostWords)
    const found = this.entries.flatMap((entry) => {
      if (words.length === 0 && (entry.support === 'ended' || !isNamed(entry.record))) return []
      const fit = fitOf(entry, words, typed)
      return fit === 0 ? [] : [{ record: entry.record, fit, rank: ranks[entry.support] }]
    })
    found.sort(
      (one, other) =>
        Number(other.fit === exactFit) - Number(one.fit === exactFit) ||
        one.rank - other.rank ||
        other.fit - one.fit ||
        byRelease(one.record, other.record),
    )
    return found.slice(0, limit).map(({ record }) => summaryOf(record, this.systems))
  }
}

/** 'win11' and 'win 11' are the same: letters and digits are words of their own, a version is one. */
function wordsIn(text: string): string[] {
  return text.match(/\d+(?:\.\d+)*|\p{L}+/gu) ?? []
}

function weighedWords(record: OsRecord): Map<string, number> {
  const words = new Map<string, number>()
  const add = (text: string | null, weight: number) => {
    for (const word of wordsIn((text ?? '').toLowerCase())) words.set(word, Math.max(weight, words.get(word) ?? 0))
  }
  for (const id of record.shortIds) add(id, weights.shortId)
  add(record.version, weights.version)
  add(record.name, weights.name)
  add(record.distro, weights.distro)
  add(record.codename, weights.codename)
  add(record.vendor, weights.vendor)
  return words
}

/** 0: some word is not in it. */
function fitOf({ record, words: own }: Entry, words: readonly string[], typed: string): number {
  if (record.shortIds.includes(typed)) return exactFit
  let sum = 1
  for (const word of words) {
    let best = 0
    for (const [text, weight] of own) best = Math.max(best, weight * likeness(text, word))
    if (best === 0) return 0
    sum += best
  }
  return sum
}

function likeness(own: string, typed: string): number {
  if (own === typed) return 4
  if (own.startsWith(typed)) return 2
  return typed.length >= 3 && own.includes(typed) ? 1 : 0
}

/** Stands for something that a person would look for, not for 'a Linux of 2018'. */
const isNamed = ({ distro, shortIds }: OsRecord) => distro !== null && !shortIds.some((id) => id.endsWith('unknown'))
