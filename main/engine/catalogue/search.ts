import type { OsSummary, OsSupport } from '@strata/contract/catalogue.ts'

import { byRelease, type KnownSystems } from './known-systems.ts'
import type { OsRecord } from './os-record.ts'
import { supportOf } from './support.ts'
import { summaryOf } from './os-view.ts'

/** More words than anybody types; the rest is not looked at. */
const mostWords = 12

/**
 * Systems that every word of the text fits, by how well, those that are still mended first, the newest first. No text
 * gives the newest of those that are mended.
 */
export function searchSystems(systems: KnownSystems, text: string, limit: number): OsSummary[] {
  const typed = text.toLowerCase().trim()
  const words = wordsIn(typed).slice(0, mostWords)
  const found = systems.records.flatMap((record) => {
    const support = supportOf(record, systems.superseded.has(record.uri), systems.nowMs)
    const fit = fitOf(record, words, typed)
    if (fit === 0 || (words.length === 0 && (support === 'ended' || !isNamed(record)))) return []
    return [{ record, fit, rank: ranks[support] }]
  })
  found.sort(
    (one, other) =>
      Number(other.fit === exactFit) - Number(one.fit === exactFit) ||
      one.rank - other.rank ||
      other.fit - one.fit ||
      byRelease(one.record, other.record),
  )
  return found.slice(0, limit).map(({ record }) => summaryOf(record, systems))
}

const exactFit = Infinity
const ranks: Readonly<Record<OsSupport, number>> = { supported: 0, rolling: 1, prerelease: 2, ended: 3 }

/** 'win11' and 'win 11' are the same: letters and digits are words of their own, a version is one. */
function wordsIn(text: string): string[] {
  return text.match(/\d+(?:\.\d+)*|\p{L}+/gu) ?? []
}

/** 0: some word is not in it. */
function fitOf(record: OsRecord, words: readonly string[], typed: string): number {
  if (record.shortIds.includes(typed)) return exactFit
  const own = ownWords(record)
  let sum = 1
  for (const word of words) {
    const best = Math.max(0, ...own.map(({ text, weight }) => weight * likeness(text, word)))
    if (best === 0) return 0
    sum += best
  }
  return sum
}

interface OwnWord {
  readonly text: string
  readonly weight: number
}

const weights = { shortId: 3, version: 3, name: 2, distro: 2, codename: 1, vendor: 1 }
const cache = new WeakMap<OsRecord, readonly OwnWord[]>()

function ownWords(record: OsRecord): readonly OwnWord[] {
  const known = cache.get(record)
  if (known !== undefined) return known
  const weighed = (text: string | null, weight: number) =>
    wordsIn((text ?? '').toLowerCase()).map((word) => ({ text: word, weight }))
  const own = [
    ...record.shortIds.flatMap((id) => weighed(id, weights.shortId)),
    ...weighed(record.version, weights.version),
    ...weighed(record.name, weights.name),
    ...weighed(record.distro, weights.distro),
    ...weighed(record.codename, weights.codename),
    ...weighed(record.vendor, weights.vendor),
  ]
  cache.set(record, own)
  return own
}

function likeness(own: string, typed: string): number {
  if (own === typed) return 4
  if (own.startsWith(typed)) return 2
  return typed.length >= 3 && own.includes(typed) ? 1 : 0
}

/** Stands for something that a person would look for, not for 'a Linux of 2018'. */
const isNamed = ({ distro, shortIds }: OsRecord) => distro !== null && !shortIds.some((id) => id.endsWith('unknown'))
