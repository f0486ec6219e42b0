import type { OsGlyph } from '@strata/contract/catalogue.ts'

const hues = ['ochre', 'rust', 'green', 'blue', 'slate'] as const

/** Where the first two letters would be another's too, or no word that anybody knows. */
const letters: Readonly<Record<string, string>> = {
  almalinux: 'Am',
  alpinelinux: 'Ap',
  alt: 'At',
  altlinux: 'At',
  archlinux: 'Ar',
  centos: 'Ce',
  dragonflybsd: 'Df',
  freedos: 'Fd',
  msdos: 'Ds',
  ol: 'Or',
  oel: 'Or',
  opensuse: 'Os',
  openbsd: 'Ob',
  osx: 'Mc',
  popos: 'Po',
  rhel: 'Rh',
  rhl: 'Rh',
  rocky: 'Ro',
  sled: 'Su',
  sles: 'Su',
  sle: 'Su',
  win: 'W',
  winnt: 'W',
}

/** Drawn from the system's name alone, so that it looks the same everywhere and at all times. */
export function glyphOf(distro: string | null, family: string | null): OsGlyph {
  const name = (distro ?? family ?? 'os').toLowerCase()
  const known = Object.hasOwn(letters, name) ? letters[name] : undefined
  const plain = name.replace(/[^a-z0-9]/g, '') || 'os'
  const short = known ?? plain.slice(0, 1).toUpperCase() + plain.slice(1, 2)
  return { letters: short.slice(0, 2), hue: hues[hashOf(name) % hues.length] ?? 'slate' }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash
}
