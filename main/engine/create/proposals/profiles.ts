import type { Os } from '@strata/contract/catalogue.ts'
import type { CreationDefaults, Profile } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { isWindows } from '../form/guest-family.ts'
import type { SourceFacts } from './source-facts.ts'

const gib = 1024 ** 3

/** What a use asks for; what is null is left to the system. */
export interface ProfileWishes {
  readonly label: Said
  readonly explanation: Said
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
    label: say('create.server'),
    explanation: say('create.systemsMakersSuggestPlain'),
  },
  desktop: {
    ...plain,
    label: say('create.desktop'),
    explanation: say('create.twoProcessors4Gib'),
    hasDesktop: true,
  },
  'windows-11': {
    ...plain,
    label: say('create.windows11'),
    explanation: say('create.secureBootTpm64'),
    name: 'windows-11',
    hasDesktop: true,
  },
  router: {
    ...plain,
    label: say('create.router'),
    explanation: say('create.twoNetworkCardsOne'),
    name: 'router',
    vcpuCount: 1,
    memoryKiB: 1024 ** 2,
    diskBytes: 8 * gib,
    sizes: 'least',
    cardCount: 2,
  },
  minimal: {
    ...plain,
    label: say('create.minimal'),
    explanation: say('create.oneProcessorNoMore'),
    vcpuCount: 1,
    memoryKiB: 512 * 1024,
    diskBytes: 8 * gib,
    sizes: 'least',
  },
  'web-server': {
    ...plain,
    label: say('create.webServer'),
    explanation: say('create.twoProcessors4096Mib'),
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
