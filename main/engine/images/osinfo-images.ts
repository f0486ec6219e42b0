import { imageId } from '@strata/contract/images.ts'
import type { OsCloudImage } from '@strata/contract/catalogue.ts'

import type { CatalogueImage } from './catalogue-file.ts'

const debianNames: Readonly<Record<string, string | undefined>> = { x86_64: 'amd64', aarch64: 'arm64' }

/**
 * What the database of systems lists and our own catalogue does not: of each system that is still mended one image for
 * each architecture. The database has no checksums, so only addresses are taken that nobody can change on their way.
 */
export function imagesBeside(
  ours: readonly CatalogueImage[],
  listed: readonly OsCloudImage[],
): readonly CatalogueImage[] {
  const have = new Set(ours.map(systemOf))
  const more: CatalogueImage[] = []
  for (const image of [...listed].sort(fullestFirst)) {
    const made = fromDatabase(image)
    if (made === null || have.has(systemOf(made))) continue
    have.add(systemOf(made))
    more.push(made)
  }
  return more
}

const systemOf = ({ osId, architecture }: Pick<CatalogueImage, 'osId' | 'architecture'>) => `${osId} ${architecture}`

/** 'genericcloud' has drivers for less than 'generic'. */
const fullestFirst = (one: OsCloudImage, other: OsCloudImage) => rank(one) - rank(other)
const rank = ({ variant }: OsCloudImage) => (variant === null || variant === 'generic' ? 0 : 1)

/** Null: it is of no use, or of none any more. */
function fromDatabase({ os, architecture, url, format, cloudInit, user }: OsCloudImage): CatalogueImage | null {
  if (format !== 'qcow2' || !cloudInit || os.support === 'ended' || os.support === 'prerelease') return null
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') return null
  const id = imageId.safeParse(`${os.osId}-${debianNames[architecture] ?? architecture}`.toLowerCase())
  if (!id.success) return null
  const version = os.version ?? ''
  return {
    id: id.data,
    osId: os.osId,
    name: withoutVersion(os.name, version),
    version,
    releasedIn: os.releasedAtMs === null ? null : new Date(os.releasedAtMs).toISOString().slice(0, 7),
    architecture,
    format,
    compression: null,
    url,
    checksum: null,
    signature: null,
    defaultUser: user,
    cloudInit,
    firmware: architecture === 'x86_64' ? 'any' : 'uefi',
    downloadBytes: null,
    capacityBytes: null,
  }
}

/** 'Rocky Linux 8' is told as name and version. */
function withoutVersion(name: string, version: string): string {
  const at = version === '' ? -1 : name.indexOf(` ${version}`)
  return at <= 0 ? name : name.slice(0, at)
}
