import { say } from '@strata/contract/words/say.ts'
import type { XmlElement } from 'node-libvirt/xml'

import {
  attribute,
  device,
  file,
  inside,
  network,
  parentOf,
  reads,
  typeOf,
  writes,
  type FileUse,
  type Outside,
  type ReachGround,
  type ReachingElement,
} from './outside.ts'

/** The text of an element is a path. */
export const readsText: ReachingElement = (element, ground) => file(ground, element.text.trim(), 'read')

/** Whether the machine can write to what a disk's source names. */
function useOf(source: XmlElement): FileUse {
  let disk: XmlElement | null = source
  while (disk !== null && disk.name !== 'disk') disk = disk.parent
  const isBelow = source.parent !== disk // images below are read only
  const isWritten = source.parent?.name === 'mirror' || source.parent?.name === 'dataStore'
  const readsOnly =
    disk === null || attribute(disk, 'device') === 'cdrom' || disk.elements.some(({ name }) => name === 'readonly')
  return (isBelow || readsOnly) && !isWritten ? 'read' : 'write'
}

/** A disk's <source>, that of an image below it, or of a copy of it. */
export const diskSource: ReachingElement = async (source, ground) => {
  const owner = parentOf(source)
  const type = typeOf(owner)
  const use = useOf(source)
  if (type === 'network')
    return [
      network(
        say('definitions.reachesStorageOverNetwork', {
          attribute: attribute(source, 'protocol'),
          attribute2: attribute(source, 'name'),
        }),
      ),
    ]
  if (type === 'nvme' || type === 'vhostuser' || type === 'vhostvdpa')
    return [device(say('definitions.getsStorageComputer', { type }))]
  const named =
    type === 'volume'
      ? [await ground.volumePath(attribute(source, 'pool'), attribute(source, 'volume'))]
      : ['file', 'dev', 'dir'].map((name) => source.getAttribute(name))
  return namedFiles(named, { owner, source, use, isVolume: type === 'volume' }, ground)
}

interface NamedBy {
  readonly owner: XmlElement
  readonly source: XmlElement
  readonly use: FileUse
  readonly isVolume: boolean
}

async function namedFiles(
  named: readonly (string | null)[],
  { owner, source, use, isVolume }: NamedBy,
  ground: ReachGround,
): Promise<readonly Outside[]> {
  const paths = named.filter((path) => path !== null)
  if (isVolume && paths.length === 0) {
    const volume = say('definitions.volumeStoragePool', {
      attribute: attribute(source, 'volume'),
      attribute2: attribute(source, 'pool'),
    })
    return [use === 'read' ? reads(volume) : writes(volume)]
  }
  const found = await Promise.all(paths.map((path) => file(ground, path, use)))
  const format = formatOf(owner)
  const own = paths.filter((_, index) => found[index]?.length === 0)
  const below = await Promise.all(own.map((path) => ground.outsideOfImage(path, format)))
  return [...found.flat(), ...below.flat()]
}

/** Of a disk its driver's type, of an image below it its format. Null: libvirt takes it for raw. */
function formatOf(owner: XmlElement): string | null {
  const [driver, format] = ['driver', 'format'].map((name) => owner.elements.find((each) => each.name === name))
  return driver?.getAttribute('type') ?? format?.getAttribute('type') ?? null
}

export const firmwareEntry: ReachingElement = async (element, ground) => {
  const path = element.getAttribute('file')
  return path === null ? inside : file(ground, path, 'read')
}

export const variables: ReachingElement = async (element, ground) => [
  ...(await file(ground, element.text.trim(), 'write')),
  ...(await file(ground, attribute(element, 'template'), 'read')),
]

export const variablesSource: ReachingElement = async (element, ground) => {
  const named = ['file', 'dev'].flatMap((name) => element.getAttribute(name) ?? [])
  return (await Promise.all(named.map((path) => file(ground, path, 'write')))).flat()
}

export const rom: ReachingElement = async (element, ground) => file(ground, attribute(element, 'file'), 'read')
