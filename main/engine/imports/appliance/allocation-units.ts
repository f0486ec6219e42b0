const words: Readonly<Record<string, number | undefined>> = {
  byte: 1,
  bytes: 1,
  kilobytes: 1024,
  kb: 1024,
  kib: 1024,
  megabytes: 1024 ** 2,
  mb: 1024 ** 2,
  mib: 1024 ** 2,
  gigabytes: 1024 ** 3,
  gb: 1024 ** 3,
  gib: 1024 ** 3,
  terabytes: 1024 ** 4,
  tb: 1024 ** 4,
}

/**
 * How many bytes a unit stands for: 'byte * 2^20' as DSP0004's programmatic units have it, or the words of OVF 0.9,
 * which all who wrote them meant as powers of 1024. Null: not a unit of bytes.
 */
export function allocationUnitBytes(unit: string): number | null {
  const compact = unit.toLowerCase().replace(/\s+/g, '')
  const [, base, exponent] = /^bytes?\*(2|10)(?:\^|\*\*)(\d{1,2})$/.exec(compact) ?? []
  if (base !== undefined && exponent !== undefined) return safe(Number(base) ** Number(exponent))
  const [, factor] = /^bytes?\*(\d{1,15})$/.exec(compact) ?? []
  return factor === undefined ? (words[compact] ?? null) : safe(Number(factor))
}

const safe = (value: number) => (Number.isSafeInteger(value) ? value : null)
