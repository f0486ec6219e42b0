import { labelForms } from './iso-label-forms.ts'

/** What a volume label says, read as its makers write it. */
export interface ReadLabel {
  readonly distro: string
  /** As the catalogue has it; null: the label does not say, or says what is no release. */
  readonly version: string | null
  /** What the release's short id begins with, where a distribution has more than one line. */
  readonly line: string | null
  readonly architecture: string | null
  readonly isLive: boolean
  readonly isServer: boolean
}

/** The makers' own architecture names. */
const architectures: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  x86_64: 'x86_64',
  '64-bit': 'x86_64',
  i386: 'i686',
  i586: 'i686',
  i686: 'i686',
  x86: 'i686',
  '32-bit': 'i686',
  arm64: 'aarch64',
  aarch64: 'aarch64',
  armhf: 'armv7l',
  armv7: 'armv7l',
  p64el: 'ppc64le',
  ppc64el: 'ppc64le',
  ppc64le: 'ppc64le',
  ppc64: 'ppc64le',
  powerpc64le: 'ppc64le',
  powerpc64: 'ppc64',
  s390x: 's390x',
  riscv: 'riscv64',
  riscv64: 'riscv64',
  loongarch64: 'loongarch64',
}

const archOfWindows: Readonly<Record<string, string>> = { X64: 'x86_64', A64: 'aarch64' }
const longestLabel = 128

/** Null: no name that is known here. */
export function readLabel(label: string): ReadLabel | null {
  if (label.length > longestLabel) return null
  for (const { distro, line, pattern, live, server } of labelForms) {
    const groups = pattern.exec(label)?.groups
    if (groups === undefined && !pattern.test(label)) continue
    const { version, major, minor, arch = '' } = groups ?? {}
    return {
      distro,
      version: major === undefined ? (version ?? null) : `${major}.${minor}`,
      line: line ?? null,
      architecture: archOfWindows[arch] ?? architectures[arch.toLowerCase()] ?? null,
      isLive: live?.test(label) ?? false,
      isServer: server?.test(label) ?? false,
    }
  }
  return null
}

/** Windows' labels end with the language, such as EN-GB; given as 'en-GB'. */
export function languageOf(label: string): string | null {
  const found = /_([A-Z]{2,3})-([A-Z]{2,4})_/.exec(`${label.slice(0, longestLabel)}_`)
  return found === null ? null : `${found[1]?.toLowerCase()}-${found[2]}`
}
