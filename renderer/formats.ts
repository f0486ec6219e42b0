import { formatsOf, scaledBytes } from '@strata/contract/words/formats.ts'

const LOCALE = 'en'

const NO_BREAK = '\u00a0'
/** Amounts and times as this window writes them; the sentences of the engine use the same. */
export const formats = formatsOf(LOCALE, NO_BREAK)

/** '6.4 GiB' */
export const formatBytes = formats.bytes

/** '4 GiB', from KiB as libvirt counts memory. */
export const formatKiB = (kib: number): string => formatBytes(kib * 1024)

/** '0.9 of 2 GiB': both in the unit of the larger one. */
export function formatBytesOf(usedBytes: number, totalBytes: number): string {
  const { value, unit } = scaledBytes(totalBytes)
  const used = totalBytes === 0 ? 0 : (usedBytes / totalBytes) * value
  return `${formats.short(used)} of ${formats.short(value)}${NO_BREAK}${unit}`
}

/** '38 %', from 0–1. */
export const formatShare = formats.share

/** '12 MiB/s' */
export const formatRate = (bytesPerS: number): string => `${formatBytes(bytesPerS)}/s`

export const formatCount = formats.count

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
]

function unitFor(durationMs: number): readonly [Intl.RelativeTimeFormatUnit, number] {
  return STEPS.find(([, lengthMs]) => Math.abs(durationMs) >= lengthMs) ?? ['second', SECOND_MS]
}

/** '3 days', '20 seconds': the largest unit only; 'narrow' is '9 s'. */
export function formatDuration(durationMs: number, display: 'long' | 'narrow' = 'long'): string {
  const [unit, lengthMs] = unitFor(durationMs)
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit, unitDisplay: display, maximumFractionDigits: 0 })
    .formatToParts(Math.floor(durationMs / lengthMs))
    .map((part) => (part.type === 'unit' && display === 'narrow' ? `${NO_BREAK}${part.value}` : part.value))
    .join('')
}

/** '41 s', '3 min 5 s', '2 h 10 min': for a time that runs, or how long something took. */
export const formatElapsed = formats.elapsed

const relative = {
  long: new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' }),
  short: new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto', style: 'short' }),
}

/** '3 minutes ago', 'in 2 days'; short: '3 min. ago' */
export function formatRelativeTime(timeMs: number, nowMs: number, display: 'long' | 'short' = 'long'): string {
  const differenceMs = timeMs - nowMs
  const [unit, lengthMs] = unitFor(differenceMs)
  // What is to come is rounded, as 30 days are not 29 a second later. 'Now' does not fit into 'seen {when}'; a second is as near.
  const count = differenceMs > 0 ? Math.round(differenceMs / lengthMs) : Math.trunc(differenceMs / lengthMs)
  return relative[display].format(count || -1, unit)
}

/** '14 Nov 2026, 16:20' in the user's own zone. */
export const formatMoment = formats.moment
