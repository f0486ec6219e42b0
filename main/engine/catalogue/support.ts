import type { OsSupport } from '@strata/contract/catalogue.ts'

import type { OsRecord } from './os-record.ts'

/** Where no end is known: most systems are mended for less, and virt-manager counts the same. */
const usualYears = 5
/** And the last of its line for longer, as Windows 11. */
const lastOfLineYears = 10
const yearMs = 365.25 * 24 * 60 * 60_000

/** @param isSuperseded whether a later system is there to upgrade to */
export function supportOf(record: OsRecord, isSuperseded: boolean, nowMs: number): OsSupport {
  if (record.status === 'rolling') return 'rolling'
  if (record.status === 'snapshot' || record.status === 'prerelease') return 'prerelease'
  const releaseMs = dayMs(record.releasedOn)
  if (releaseMs !== null && releaseMs > nowMs) return 'prerelease'
  const endMs = dayMs(record.endsOn)
  if (endMs !== null) return endMs < nowMs ? 'ended' : 'supported'
  const years = isSuperseded ? usualYears : lastOfLineYears
  return releaseMs !== null && releaseMs + years * yearMs > nowMs ? 'supported' : 'ended'
}

/** The day's first moment in UTC. */
export function dayMs(day: string | null): number | null {
  return day === null ? null : Date.parse(`${day}T00:00:00Z`)
}
