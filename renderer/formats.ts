const LOCALE = 'en'

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const wholeNumber = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 })
const oneDigit = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 })
const NO_BREAK = '\u00a0'

/** '0.9', '11.2', '412': one digit after the point below 100, as little as is true. */
const short = (value: number) => (value < 100 ? oneDigit : wholeNumber).format(value)

function scaled(bytes: number): { value: number; unit: string } {
  let value = bytes
  let step = 0
  // 1023.95 would round to 1,024.0 and look wrong in its unit.
  while (value >= 1023.5 && step < UNITS.length - 1) {
    value /= 1024
    step += 1
  }
  return { value, unit: UNITS[step] ?? 'B' }
}

/** '6.4 GiB' */
export function formatBytes(bytes: number): string {
  const { value, unit } = scaled(bytes)
  return `${short(value)}${NO_BREAK}${unit}`
}

/** '4 GiB', from KiB as libvirt counts memory. */
export const formatKiB = (kib: number): string => formatBytes(kib * 1024)

/** '0.9 of 2 GiB': both in the unit of the larger one. */
export function formatBytesOf(usedBytes: number, totalBytes: number): string {
  const { value, unit } = scaled(totalBytes)
  const used = totalBytes === 0 ? 0 : (usedBytes / totalBytes) * value
  return `${short(used)} of ${short(value)}${NO_BREAK}${unit}`
}

/** '38 %', from 0–1. */
export const formatShare = (share: number): string => `${wholeNumber.format(share * 100)}${NO_BREAK}%`

/** '12 MiB/s' */
export const formatRate = (bytesPerS: number): string => `${formatBytes(bytesPerS)}/s`

export const formatCount = (count: number): string => wholeNumber.format(count)

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
export function formatElapsed(durationMs: number): string {
  const [unit] = unitFor(durationMs)
  const whole = (lengthMs: number, ofMs = Number.POSITIVE_INFINITY) =>
    wholeNumber.format(Math.floor((durationMs % ofMs) / lengthMs))
  if (unit === 'second') return `${whole(SECOND_MS)}${NO_BREAK}s`
  if (unit === 'minute') return `${whole(MINUTE_MS)}${NO_BREAK}min ${whole(SECOND_MS, MINUTE_MS)}${NO_BREAK}s`
  return `${whole(HOUR_MS)}${NO_BREAK}h ${whole(MINUTE_MS, HOUR_MS)}${NO_BREAK}min`
}

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

const moment = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** '14 Nov 2026, 16:20' in the user's own zone. */
export const formatMoment = (timeMs: number): string => moment.format(timeMs)
