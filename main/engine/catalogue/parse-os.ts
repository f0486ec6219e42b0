import type { XmlElement } from 'node-libvirt/xml'

import { all, attribute, attributes, first, wholeNumber, words, wordsOf } from './element-reading.ts'
import { deviceOf } from './os-devices.ts'
import type { AmountsRecord, FirmwareRecord, ImageRecord, OsRecord, ResourceRecord, TreeRecord } from './os-record.ts'
import { mediaOf } from './parse-media.ts'

/** Null: an `<os>` without an id or a name, which nobody could choose. */
export function osRecordOf(element: XmlElement): OsRecord | null {
  const uri = attribute(element, 'id')
  const shortIds = all(element, 'short-id').flatMap((each) => words(each) ?? [])
  const name = wordsOf(element, 'name')
  if (uri === null || shortIds.length === 0 || name === null) return null
  return {
    uri,
    source: 'osinfo-db',
    shortIds,
    name,
    version: wordsOf(element, 'version'),
    vendor: wordsOf(element, 'vendor'),
    family: wordsOf(element, 'family'),
    distro: wordsOf(element, 'distro'),
    codename: wordsOf(element, 'codename'),
    status: statusOf(wordsOf(element, 'release-status')),
    releasedOn: dayOf(wordsOf(element, 'release-date')),
    endsOn: dayOf(wordsOf(element, 'eol-date')),
    derivesFrom: attributes(element, 'derives-from', 'id'),
    clones: attributes(element, 'clones', 'id'),
    upgrades: attributes(element, 'upgrades', 'id'),
    variants: all(element, 'variant').flatMap(variantOf),
    resources: all(element, 'resources').flatMap(resourcesOf),
    devices: devicesOf(element),
    drivers: driversOf(element),
    firmware: all(element, 'firmware').flatMap(firmwareOf),
    media: all(element, 'media').flatMap(mediaOf),
    trees: all(element, 'tree').flatMap(treeOf),
    images: all(element, 'image').flatMap(imageOf),
    scripts: all(element, 'installer').flatMap((installer) => attributes(installer, 'script', 'id')),
    cloudImageUser: wordsOf(element, 'cloud-image-username'),
  }
}

function statusOf(text: string | null): OsRecord['status'] {
  return text === 'snapshot' || text === 'prerelease' || text === 'rolling' ? text : 'released'
}

function dayOf(text: string | null): string | null {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null
}

function variantOf(element: XmlElement) {
  const id = attribute(element, 'id')
  const name = wordsOf(element, 'name')
  return id === null || name === null ? [] : [{ id, name }]
}

function resourcesOf(element: XmlElement): ResourceRecord[] {
  const architecture = attribute(element, 'arch')
  if (architecture === null) return []
  return [
    {
      architecture,
      inherits: attribute(element, 'inherit') === 'true',
      minimum: amountsOf(first(element, 'minimum')),
      recommended: amountsOf(first(element, 'recommended')),
      networkInstall: amountsOf(first(element, 'network-install')),
    },
  ]
}

function amountsOf(element: XmlElement | null): AmountsRecord | null {
  if (element === null) return null
  const number = (name: string) => wholeNumber(wordsOf(element, name))
  return { vcpuCount: number('n-cpus'), memoryBytes: number('ram'), diskBytes: number('storage') }
}

function devicesOf(element: XmlElement): OsRecord['devices'] {
  return all(element, 'devices').flatMap((devices) =>
    all(devices, 'device').flatMap((each) => {
      const known = deviceOf(attribute(each, 'id') ?? '')
      return known === null ? [] : [{ ...known, supported: attribute(each, 'supported') !== 'false' }]
    }),
  )
}

function driversOf(element: XmlElement): OsRecord['drivers'] {
  const uris = all(element, 'driver').flatMap((driver) => attributes(driver, 'device', 'id'))
  return [...new Set(uris.flatMap((uri) => deviceOf(uri)?.device ?? []))]
}

function firmwareOf(element: XmlElement): FirmwareRecord[] {
  const architecture = attribute(element, 'arch')
  const type = attribute(element, 'type')
  if (architecture === null || (type !== 'bios' && type !== 'efi')) return []
  return [{ architecture, type, supported: attribute(element, 'supported') !== 'false' }]
}

function treeOf(element: XmlElement): TreeRecord[] {
  const architecture = attribute(element, 'arch')
  const url = wordsOf(element, 'url')
  if (architecture === null || url === null) return []
  return [{ architecture, url, kernelPath: wordsOf(element, 'kernel'), initrdPath: wordsOf(element, 'initrd') }]
}

/** Images that are no disk of a machine, as those for containers, are left out. */
function imageOf(element: XmlElement): ImageRecord[] {
  const architecture = attribute(element, 'arch')
  const url = wordsOf(element, 'url')
  const format = attribute(element, 'format')
  if (architecture === null || url === null || !/^https?:\/\//.test(url)) return []
  if (format !== 'qcow2' && format !== 'raw' && format !== 'vmdk') return []
  const variant = attributes(element, 'variant', 'id')[0] ?? null
  return [{ architecture, url, format, variant, cloudInit: attribute(element, 'cloud-init') === 'true' }]
}
