import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as xml from '../src/xml/index.ts'
import { type Place, type ValueProperty } from '../src/xml/property.ts'
import { type Properties, type XmlObject } from '../src/xml/xml-object.ts'

const folder = new URL('../src/xml/corpus/', import.meta.url).pathname

export interface CorpusDocument {
  /** Folder and file: `qemu/domain-guest.xml`. */
  readonly name: string
  readonly text: string
}

/** Every document of the corpus, as it stands on disk. */
export const corpus: readonly CorpusDocument[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.xml'))
  .toSorted()
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

const documentTypes = {
  domain: xml.DomainXml,
  network: xml.NetworkXml,
  pool: xml.StoragePoolXml,
  volume: xml.StorageVolumeXml,
  domainsnapshot: xml.DomainSnapshotXml,
  domaincheckpoint: xml.DomainCheckpointXml,
  capabilities: xml.CapabilitiesXml,
  domainCapabilities: xml.DomainCapabilitiesXml,
  device: xml.NodeDeviceXml,
} as const

/** Reads a document by the class that is made for its root. */
export function open(text: string): XmlObject & { toString(): string } {
  const document = xml.XmlDocument.parse(text)
  const root = document.root.name
  const type = Object.entries(documentTypes).find(([name]) => name === root)?.[1]
  if (type === undefined) throw new TypeError(`No class reads <${root}>`)
  return new type(document)
}

/** A declared property, at one of the places in a document where it applies. */
export interface Occurrence {
  /** Class and member: `DomainDisk.serial`. */
  readonly member: string
  readonly property: ValueProperty<unknown>
  readonly place: Place
}

/** The name of every value, part and list that a class declares, with those of the classes in it. */
export function declaredMembers(): Set<string> {
  const seen = new Set<unknown>()
  const walk = (type: { name: string; properties: Properties }): string[] => {
    if (seen.has(type)) return []
    seen.add(type)
    return Object.entries(type.properties).flatMap(([name, each]) => [
      `${type.name}.${name}`,
      ...(each.form === 'value' ? [] : walk(named(each.type))),
    ])
  }
  return new Set(Object.values(documentTypes).flatMap((type) => walk(named(type))))
}

function named(type: object): { name: string; properties: Properties } {
  if (!('name' in type) || typeof type.name !== 'string' || !('properties' in type))
    throw new TypeError('Not a class of views')
  return { name: type.name, properties: type.properties as Properties }
}

/** All values that a view and the views in it offer; `onMember` also hears of parts and lists. */
export function occurrences(view: XmlObject): Occurrence[] {
  const { name: type, properties } = named(view.constructor)
  return Object.entries(properties).flatMap(([name, each]): Occurrence[] => {
    if (each.form === 'value') return [{ member: `${type}.${name}`, property: each, place: view.place }]
    if (each.form === 'part') return occurrences(each.read(view.place) as XmlObject)
    return (each.read(view.place) as unknown as XmlObject[]).flatMap((item) => occurrences(item))
  })
}

/** Whether the document says anything there: the element of a flag is there, a list is not empty, a value is not absent. */
export function says({ property, place }: Occurrence): boolean {
  const value = property.read(place)
  return (
    value !== null && !(property.kind === 'flag' && value === false) && !(Array.isArray(value) && value.length === 0)
  )
}
