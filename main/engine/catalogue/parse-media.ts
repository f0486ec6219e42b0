import type { XmlElement } from 'node-libvirt/xml'

import { all, attribute, attributes, first, wholeNumber, wordsOf } from './element-reading.ts'
import type { IsoRule, MediaRecord } from './os-record.ts'

const mostReboots = 10

/** A `<media>` of an `<os>`; none when it does not say for which architecture it is. */
export function mediaOf(element: XmlElement): MediaRecord[] {
  const architecture = attribute(element, 'arch')
  if (architecture === null) return []
  const reboots = wholeNumber(attribute(element, 'installer-reboots')) ?? 1
  return [
    {
      architecture,
      variants: attributes(element, 'variant', 'id'),
      url: wordsOf(element, 'url'),
      rule: ruleOf(first(element, 'iso')),
      kernelPath: pathOf(wordsOf(element, 'kernel')),
      initrdPath: pathOf(wordsOf(element, 'initrd')),
      isLive: attribute(element, 'live') === 'true',
      isInstaller: attribute(element, 'installer') !== 'false',
      takesScripts: attribute(element, 'installer-script') !== 'false',
      scripts: all(element, 'installer').flatMap((installer) => attributes(installer, 'script', 'id')),
      installerReboots: Math.min(reboots, mostReboots),
    },
  ]
}

/** Null: a rule that says nothing would fit every ISO. */
function ruleOf(iso: XmlElement | null): IsoRule | null {
  if (iso === null) return null
  const rule = {
    volumeId: wordsOf(iso, 'volume-id'),
    systemId: wordsOf(iso, 'system-id'),
    publisherId: wordsOf(iso, 'publisher-id'),
    applicationId: wordsOf(iso, 'application-id'),
    volumeSizeBytes: wholeNumber(wordsOf(iso, 'volume-size')),
  }
  return Object.values(rule).every((value) => value === null) ? null : rule
}

/** A path that stays in the ISO. */
function pathOf(text: string | null): string | null {
  const path = text?.replace(/^\/+/, '') ?? ''
  return path === '' || path.split('/').includes('..') ? null : path
}
