/**
 * Reads what an ISO 9660 image says of itself: ECMA-119 volume descriptors and the El Torito boot catalogue.
 * Only a few sectors are read, so an image that lies far away costs as little as a near one.
 */

import type { ReadAt } from '../read-at.ts'

export interface IsoImage extends IsoFacts {
  /** The volume's name for people: the Joliet one where that is not cut short. */
  readonly volumeLabel: string | null
}

/** What the primary descriptor says word by word, which is what an operating system is told by. */
export interface IsoFacts {
  readonly volumeId: string | null
  readonly systemId: string | null
  readonly publisherId: string | null
  readonly applicationId: string | null
  /** What the descriptor claims; the file may be longer. */
  readonly volumeSizeBytes: number
  readonly bootsBios: boolean
  readonly bootsUefi: boolean
}

const sectorBytes = 2048
const firstDescriptorSector = 16
const mostDescriptors = 32 // real images have three or four; a broken one must not keep us reading
const descriptorTypes = { boot: 0, primary: 1, supplementary: 2, terminator: 255 } as const
const platforms = { bios: 0x00, uefi: 0xef } as const
const bootableMark = 0x88

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))
const trimmed = (text: string) => text.replace(/[\0 ]+$/, '')

/** Null: this is not an ISO 9660 image. */
export async function readIsoImage(readAt: ReadAt): Promise<IsoImage | null> {
  let primary: PrimaryDescriptor | null = null
  let joliet: string | null = null
  let catalogueSector: number | null = null
  for (let index = 0; index < mostDescriptors; index += 1) {
    const sector = await readAt((firstDescriptorSector + index) * sectorBytes, sectorBytes)
    if (sector.length < sectorBytes || ascii(sector, 1, 6) !== 'CD001') break
    const type = sector[0]
    if (type === descriptorTypes.terminator) break
    if (type === descriptorTypes.primary) primary ??= primaryDescriptor(sector)
    if (type === descriptorTypes.supplementary) joliet ??= jolietLabel(sector)
    if (type === descriptorTypes.boot) catalogueSector ??= bootCatalogueSector(sector)
  }
  if (primary === null) return null
  const boots =
    catalogueSector === null ? noBoot : bootPlatforms(await readAt(catalogueSector * sectorBytes, sectorBytes))
  return { ...primary, volumeLabel: betterLabel(primary.volumeId ?? '', joliet), ...boots }
}

type PrimaryDescriptor = Omit<IsoFacts, 'bootsBios' | 'bootsUefi'>

/** ECMA-119, 8.4; numbers are there in both byte orders. */
function primaryDescriptor(sector: Uint8Array): PrimaryDescriptor {
  const field = (from: number, length: number) => trimmed(ascii(sector, from, from + length)) || null
  const view = new DataView(sector.buffer, sector.byteOffset, sector.byteLength)
  return {
    systemId: field(8, 32),
    volumeId: field(40, 32),
    publisherId: field(318, 128),
    applicationId: field(574, 128),
    volumeSizeBytes: view.getUint32(80, true) * view.getUint16(128, true),
  }
}

const noBoot = { bootsBios: false, bootsUefi: false }

/** The Joliet label keeps small letters, but holds 16 of them at most where the primary one holds 32. */
function betterLabel(primaryLabel: string, joliet: string | null): string | null {
  const label = joliet !== null && joliet.length >= primaryLabel.length ? joliet : primaryLabel
  return label === '' ? null : label
}

/** Null: a supplementary descriptor that is not Joliet (the escape sequence says which). */
function jolietLabel(sector: Uint8Array): string | null {
  if (ascii(sector, 88, 90) !== '%/') return null
  return trimmed(new TextDecoder('utf-16be').decode(sector.subarray(40, 72)))
}

function bootCatalogueSector(sector: Uint8Array): number | null {
  if (trimmed(ascii(sector, 7, 39)) !== 'EL TORITO SPECIFICATION') return null
  return new DataView(sector.buffer, sector.byteOffset).getUint32(71, true)
}

/** The catalogue: a validation entry, the default entry, then sections of entries for other firmwares. */
function bootPlatforms(catalogue: Uint8Array): { bootsBios: boolean; bootsUefi: boolean } {
  if (catalogue.length < 64 || catalogue[0] !== 1 || catalogue[30] !== 0x55 || catalogue[31] !== 0xaa) return noBoot
  const found = new Set<number>()
  if (catalogue[32] === bootableMark) found.add(catalogue[1] ?? 0)
  let at = 64
  while (at + 32 <= catalogue.length && (catalogue[at] === 0x90 || catalogue[at] === 0x91)) {
    const isLast = catalogue[at] === 0x91
    const platform = catalogue[at + 1] ?? 0
    const entryCount = (catalogue[at + 2] ?? 0) | ((catalogue[at + 3] ?? 0) << 8)
    for (let entry = 1; entry <= entryCount; entry += 1)
      if (catalogue[at + entry * 32] === bootableMark) found.add(platform)
    if (isLast) break
    at += 32 * (entryCount + 1)
  }
  return { bootsBios: found.has(platforms.bios), bootsUefi: found.has(platforms.uefi) }
}
