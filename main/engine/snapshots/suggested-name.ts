/** A name that no point of the machine has; counts on from the points of the same stem. */
export function suggestedName(taken: readonly string[], stem = 'Restore point'): string {
  const numbers = taken.flatMap((name) => {
    const number = name.startsWith(`${stem} `) ? Number(name.slice(stem.length + 1)) : Number.NaN
    return Number.isSafeInteger(number) ? [number] : []
  })
  return `${stem} ${Math.max(0, ...numbers) + 1}`
}

/**
 * Why a name cannot be; null: it can. libvirt makes it part of a file's name. QEMU (measured with 7.2) takes digits for
 * the number of another point, and does not keep a running machine's point at all when its name has a quote or a backslash,
 * without saying so.
 */
export function nameProblem(name: string): string | null {
  if (name.trim() !== name) return 'A name does not begin or end with a space.'
  if (name.startsWith('.')) return 'A name does not begin with a full stop.'
  if (/[/\p{Cc}]/u.test(name)) return 'A name has no slash and no control characters.'
  if (/["\\]/.test(name)) return 'A name has no straight double quote and no backslash.'
  if (/^\d+$/.test(name)) return 'A name has something besides digits.'
  if (Buffer.byteLength(name) > 200) return 'The name is too long.'
  return null
}
