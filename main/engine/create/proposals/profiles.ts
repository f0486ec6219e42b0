import type { Os } from '@strata/contract/catalogue.ts'
import type { CreationDefaults, Profile } from '@strata/contract/create.ts'

import { isWindows } from '../form/guest-family.ts'
import type { SourceFacts } from './source-facts.ts'

const gib = 1024 ** 3

/** What a use asks for; what is null is left to the system. */
export interface ProfileWishes {
  readonly label: string
  readonly explanation: string
  /** Of machines that are for this alone. */
  readonly name: string | null
  readonly vcpuCount: number | null
  readonly memoryKiB: number | null
  readonly diskBytes: number | null
  /** 'fixed': as much as was said. 'least': only what the system needs. 'suggested': as its makers suggest. */
  readonly sizes: 'fixed' | 'least' | 'suggested'
  readonly hasDesktop: boolean
  readonly cardCount: 1 | 2
  readonly packages: readonly string[]
  readonly services: readonly string[]
}

const plain: Omit<ProfileWishes, 'label' | 'explanation'> = {
  name: null,
  vcpuCount: null,
  memoryKiB: null,
  diskBytes: null,
  sizes: 'suggested',
  hasDesktop: false,
  cardCount: 1,
  packages: [],
  services: [],
}

export const profileWishes: Readonly<Record<Profile, ProfileWishes>> = {
  server: {
    ...plain,
    label: 'Server',
    explanation: 'As the system’s makers suggest, with a plain screen and no sound.',
  },
  desktop: {
    ...plain,
    label: 'Desktop',
    explanation: 'Two processors and 4 GiB at least, a screen that changes its size, and sound.',
    hasDesktop: true,
  },
  'windows-11': {
    ...plain,
    label: 'Windows 11',
    explanation: 'Secure boot, a TPM, 64 GiB of disk, and the drivers’ CD where it is at hand.',
    name: 'windows-11',
    hasDesktop: true,
  },
  router: {
    ...plain,
    label: 'Router',
    explanation: 'Two network cards, one processor, little memory and disk.',
    name: 'router',
    vcpuCount: 1,
    memoryKiB: 1024 ** 2,
    diskBytes: 8 * gib,
    sizes: 'least',
    cardCount: 2,
  },
  minimal: {
    ...plain,
    label: 'Minimal',
    explanation: 'One processor, and no more memory and disk than the system needs.',
    vcpuCount: 1,
    memoryKiB: 512 * 1024,
    diskBytes: 8 * gib,
    sizes: 'least',
  },
  'web-server': {
    ...plain,
    label: 'Web server',
    explanation: 'Two processors, 4096 MiB, 50 GB, and nginx running in it.',
    name: 'web-server',
    vcpuCount: 2,
    memoryKiB: 4096 * 1024,
    diskBytes: 50e9, // as the recipe says it, in the decimal unit: a whole number of sectors
    sizes: 'fixed',
    packages: ['nginx'],
    services: ['nginx'],
  },
}

export const profileChoices: CreationDefaults['profiles'] = Object.entries(profileWishes).map(
  ([profile, { label, explanation, packages, services }]) => ({
    ...{ profile: profile as Profile, label, explanation },
    adds: { packages: [...packages], services: [...services] },
  }),
)

/** Systems whose only use is a desktop, by osinfo's words. */
const desktopDistros: ReadonlySet<string> = new Set([
  'elementary',
  'endlessos',
  'linuxmint',
  'manjaro',
  'popos',
  'silverblue',
  'kinoite',
  'zorin',
])

/** The use that a system is most likely for. */
export function fittingProfile(os: Os | null, { isDesktop }: Pick<SourceFacts, 'isDesktop'>): Profile {
  if (os === null) return isDesktop ? 'desktop' : 'server'
  if (isWindows(os.osId)) {
    if (os.tpm === 'required') return 'windows-11'
    return os.osId.startsWith('win2k') && os.osId !== 'win2k' ? 'server' : 'desktop'
  }
  return isDesktop || desktopDistros.has(os.distro ?? '') ? 'desktop' : 'server'
}
