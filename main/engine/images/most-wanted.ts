import type { CatalogueImage } from './catalogue-file.ts'

/** As osinfo's short names begin: what most people run in machines comes first, what is not named here comes last. */
const families = [
  'ubuntu',
  'debian',
  'fedora',
  'almalinux',
  'rocky',
  'centos-stream',
  'opensuse',
  'archlinux',
  'alpinelinux',
  'rhel',
  'sle',
  'ol',
] as const

type Wanted = Pick<CatalogueImage, 'osId' | 'version' | 'releasedIn'>

/**
 * What most people are likely to want first: of each family of systems its best release, the families by how much they are
 * used, then the second best of each, and so on. So the start of the list is a choice between systems and not between
 * releases of one. The best release is the newest that is mended for long (LTS), then the newest; one without a date
 * changes all the time and comes last.
 */
export function mostWantedFirst<Image extends Wanted>(images: readonly Image[]): Image[] {
  const byFamily = new Map<string, Image[]>()
  for (const image of images) {
    const family = familyOf(image)
    byFamily.set(family, [...(byFamily.get(family) ?? []), image])
  }
  const ranked = [...byFamily].flatMap(([family, releases]) =>
    releases.sort(betterRelease).map((image, turn) => ({ image, turn, use: useOf(family) })),
  )
  return ranked
    .sort((one, other) => one.turn - other.turn || one.use - other.use || betterRelease(one.image, other.image))
    .map(({ image }) => image)
}

const familyOf = ({ osId }: Wanted) => families.find((family) => osId.startsWith(family)) ?? osId.replace(/[\d.]+$/, '')

function useOf(family: string): number {
  const index = families.findIndex((each) => each === family)
  return index === -1 ? families.length : index
}

const isMendedForLong = ({ version }: Wanted) => /\bLTS\b/.test(version)

const betterRelease = (one: Wanted, other: Wanted) =>
  Number(isMendedForLong(other)) - Number(isMendedForLong(one)) ||
  (other.releasedIn ?? '').localeCompare(one.releasedIn ?? '')
