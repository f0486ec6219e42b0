type Table = Readonly<Record<string, number>>

/** A set of flags by their names in kebab-case, such as `['live', 'config']`. */
export type Flags<T extends Table> = readonly Extract<keyof T, string>[]

/** The bits that a set of flags stands for on the wire. */
export function flagBits<T extends Table>(table: T, flags: Flags<T> | undefined): number {
  let bits = 0
  for (const flag of flags ?? []) {
    const bit = table[flag]
    if (bit === undefined) throw new TypeError(`unknown flag '${flag}'`)
    bits |= bit
  }
  return bits >>> 0
}

/** The flags that are set in `bits`; those of a newer daemon are left out. */
export function flagNames<T extends Table>(table: T, bits: number): Extract<keyof T, string>[] {
  const names: Extract<keyof T, string>[] = []
  for (const name in table) if ((bits & (table[name] ?? 0)) !== 0) names.push(name)
  return names
}

/** The name of an enumeration's value; 'unknown' when the daemon is newer than this package. */
export function nameOf<T extends Table>(table: T, value: number): Extract<keyof T, string> | 'unknown' {
  for (const name in table) if (table[name] === value) return name
  return 'unknown'
}
