const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Amounts, times and lists as a locale writes them. */
export type Formats = ReturnType<typeof formatsOf>

/**
 * @param gap between a number and its unit: a no-break space on a screen, a plain one in a log
 */
export function formatsOf(locale: string, gap: string) {
  const wholeNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const plurals = new Intl.PluralRules(locale)
  const moments = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const lists = {
    list: new Intl.ListFormat(locale, { type: 'conjunction' }),
    options: new Intl.ListFormat(locale, { type: 'disjunction' }),
    parts: new Intl.ListFormat(locale, { type: 'unit' }),
  }

  /** '0.9', '11.2', '412': one digit after the point below 100, as little as is true. */
  const short = (value: number) => (value < 100 ? oneDigit : wholeNumber).format(value)
  const bytes = (amount: number) => {
    const { value, unit } = scaledBytes(amount)
    return `${short(value)}${gap}${unit}`
  }
  const elapsed = (durationMs: number) => {
    const whole = (lengthMs: number, ofMs = Number.POSITIVE_INFINITY) =>
      wholeNumber.format(Math.floor((durationMs % ofMs) / lengthMs))
    if (durationMs < MINUTE_MS) return `${whole(SECOND_MS)}${gap}s`
    if (durationMs < HOUR_MS) return `${whole(MINUTE_MS)}${gap}min ${whole(SECOND_MS, MINUTE_MS)}${gap}s`
    return `${whole(HOUR_MS)}${gap}h ${whole(MINUTE_MS, HOUR_MS)}${gap}min`
  }

  return {
    /** 'one', 'few', 'other', …: the form that this language takes beside an amount. */
    pluralForm: (amount: number) => plurals.select(amount),
    short,
    count: (amount: number) => wholeNumber.format(amount),
    bytes,
    share: (share: number) => `${wholeNumber.format(share * 100)}${gap}%`,
    elapsed,
    moment: (timeMs: number) => moments.format(timeMs),
    list: (parts: readonly string[]) => lists.list.format(parts),
    options: (parts: readonly string[]) => lists.options.format(parts),
    parts: (parts: readonly string[]) => lists.parts.format(parts),
    sentences: (parts: readonly string[]) => parts.join(' '),
  }
}

/** In the largest unit of which there is one. */
export function scaledBytes(bytes: number): { value: number; unit: string } {
  let value = bytes
  let step = 0
  // 1023.95 would round to 1,024.0 and look wrong in its unit.
  while (value >= 1023.5 && step < UNITS.length - 1) {
    value /= 1024
    step += 1
  }
  return { value, unit: UNITS[step] ?? 'B' }
}
