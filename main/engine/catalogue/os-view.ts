import type { Os, OsSummary } from '@strata/contract/catalogue.ts'

import { glyphOf } from './glyph.ts'
import { firmwareOf, needsModernComputer } from './inherited-firmware.ts'
import { resourcesOf } from './inherited-resources.ts'
import { scriptsOf } from './inherited-scripts.ts'
import type { KnownSystems } from './known-systems.ts'
import type { OsRecord } from './os-record.ts'
import { dayMs, supportOf } from './support.ts'

/** What a list shows of a system. */
export function summaryOf(record: OsRecord, systems: KnownSystems): OsSummary {
  const scripts = scriptsOf(systems.lineageOf(record), systems.scripts)
  return {
    osId: record.shortIds[0] ?? record.uri,
    name: record.name,
    version: record.version,
    distro: record.distro,
    family: record.family,
    vendor: record.vendor,
    releasedAtMs: dayMs(record.releasedOn),
    endOfLifeAtMs: dayMs(record.endsOn),
    support: supportOf(record, systems.superseded.has(record.uri), systems.nowMs),
    glyph: glyphOf(record.distro, record.family),
    scriptKinds: [...new Set(scripts.map(({ kind }) => kind))],
    hasCloudImage: record.images.some(({ cloudInit }) => cloudInit),
  }
}

/** All that is known of a system, with what it inherits. */
export function osOf(record: OsRecord, systems: KnownSystems): Os {
  const lineage = systems.lineageOf(record)
  const architectures = architecturesOf(lineage)
  const devices = devicesOf(lineage)
  const names = [...new Set(devices.map(({ device }) => device))]
  return {
    ...summaryOf(record, systems),
    uri: record.uri,
    shortIds: [...record.shortIds],
    codename: record.codename,
    architectures,
    variants: [...record.variants],
    resources: resourcesOf(lineage, architectures),
    devices: names,
    devicesWithDrivers: [...new Set(lineage.flatMap(({ drivers }) => drivers))].filter((each) => !names.includes(each)),
    virtio: virtioOf(devices),
    firmware: firmwareOf(lineage, architectures),
    tpm: needsModernComputer(lineage) ? 'required' : 'optional',
    installScripts: scriptsOf(lineage, systems.scripts),
    media: record.media.map((media) => ({
      architecture: media.architecture,
      variants: [...media.variants],
      url: media.url,
      kernelPath: media.kernelPath,
      initrdPath: media.initrdPath,
      isLive: media.isLive,
      isInstaller: media.isInstaller,
      installerReboots: media.installerReboots,
    })),
    trees: [...record.trees],
    cloudImages: [...record.images],
    cloudImageUser: cloudImageUserOf(lineage),
    source: record.source,
  }
}

/** What it says itself, else what those say that it takes after. */
export function cloudImageUserOf(lineage: readonly OsRecord[]): string | null {
  return lineage.find((each) => each.cloudImageUser !== null)?.cloudImageUser ?? null
}

/** Those that the nearest entry names that names any. */
function architecturesOf(lineage: readonly OsRecord[]): string[] {
  for (const { media, images, trees, resources, firmware } of lineage) {
    const named = [media, images, trees, resources, firmware].flatMap((list) => list.map((each) => each.architecture))
    const architectures = [...new Set(named)].filter((each) => each !== 'all').sort()
    if (architectures.length > 0) return architectures
  }
  return []
}

/** A word against a device anywhere in the lineage counts, as in libosinfo (osinfo_os_get_all_devices). */
function devicesOf(lineage: readonly OsRecord[]): OsRecord['devices'] {
  const all = lineage.flatMap(({ devices }) => devices)
  const refused = new Set(all.filter(({ supported }) => !supported).map(keyOf))
  return all.filter((each) => !refused.has(keyOf(each)))
}

const keyOf = ({ device, virtio }: OsRecord['devices'][number]) => `${device}/${virtio}`

function virtioOf(devices: OsRecord['devices']): Os['virtio'] {
  if (devices.some(({ virtio }) => virtio === 'modern')) return 'modern'
  return devices.some(({ virtio }) => virtio === 'legacy') ? 'legacy' : 'none'
}
