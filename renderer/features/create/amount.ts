const POWERS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  TB: 1000 ** 4,
}

/** 'g', 'gib' and 'GiB' are alike; one letter is binary, as everywhere in libvirt. */
function unitOf(text: string): string | null {
  const lower = text.toLowerCase()
  return Object.keys(POWERS).find((unit) => unit.toLowerCase() === lower || unit.toLowerCase() === `${lower}ib`) ?? null
}

/** The bytes that a text like '4096 MiB', '50 GB' or '8g' means; a number alone is in `defaultUnit`. Null: none. */
export function parseAmount(text: string, defaultUnit: 'MiB' | 'GiB'): number | null {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*([a-z]*)\s*$/i.exec(text)
  if (match === null) return null
  const unit = match[2] === '' ? defaultUnit : unitOf(match[2] ?? '')
  const power = unit === null ? undefined : POWERS[unit]
  if (power === undefined) return null
  const bytes = Number((match[1] ?? '').replace(',', '.')) * power
  return bytes > 0 ? Math.round(bytes) : null
}

const PROPOSED_UNITS = ['TiB', 'GiB', 'MiB', 'KiB', 'TB', 'GB', 'MB', 'KB'] as const

/** The shortest text that means exactly these bytes, for a field that proposes them: '20 GiB', but '50 GB' for what is one. */
export function amountText(bytes: number): string {
  const texts = PROPOSED_UNITS.flatMap((unit) => {
    const amount = bytes / (POWERS[unit] ?? 1)
    return amount >= 1 && Number.isInteger(amount * 2) ? [`${amount} ${unit}`] : []
  })
  return texts.reduce((best, text) => (text.length < best.length ? text : best), texts[0] ?? `${bytes} B`)
}
