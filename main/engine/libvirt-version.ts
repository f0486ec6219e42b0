/** Compares dotted versions number by number: '9.10.0' is later than '9.9.0'. */
export function versionAtLeast(version: string, wanted: string): boolean {
  const [have, need] = [version, wanted].map((text) => text.split('.').map(Number))
  for (let part = 0; part < (need?.length ?? 0); part += 1) {
    const difference = (have?.[part] ?? 0) - (need?.[part] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
