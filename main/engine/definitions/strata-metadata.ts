import { XmlDocument, type DomainMetadata, type XmlElement } from 'node-libvirt/xml'

/** Strata's own facts about a machine live in its definition, so that they travel with it. */
const strataNamespace = 'urn:strata:machine:1'

/** What is still to be done when a system has installed itself. */
export interface Installation {
  /** 'by-hand': somebody sits before the screen. 'automatic': the installer has its answers. */
  readonly runs: 'by-hand' | 'automatic'
  /** Drives that are emptied then, by their target: 'sda'. */
  readonly drives: readonly string[]
  /** Files of Strata's own that are of no use after it: answers, a kernel that was started directly. */
  readonly files: readonly string[]
}

export interface StrataFacts {
  /** Where the machine came from; null: not made by Strata. */
  readonly origin: { readonly createdAtMs: number; readonly mediaName: string } | null
  /** The name that it gets when it is off; null: it has the name that it should have. */
  readonly nextName: string | null
  /** Images that Strata made for this machine alone, such as its seed: they go with it. */
  readonly ownMedia: readonly string[]
  /** Null: nothing is being installed. */
  readonly installation: Installation | null
  /** Whether it is the base of other machines, and is not started itself. */
  readonly isTemplate: boolean
}

export const noFacts: StrataFacts = {
  origin: null,
  nextName: null,
  ownMedia: [],
  installation: null,
  isTemplate: false,
}

const ourElements = new Set(['origin', 'next-name', 'own-media', 'installation', 'template'])

export function readStrataFacts(metadata: DomainMetadata): StrataFacts {
  const text = metadata.read(strataNamespace)
  if (text === null) return noFacts
  const root = XmlDocument.parse(text).root
  const origin = child(root, 'origin')
  const createdAtMs = Date.parse(origin?.getAttribute('created') ?? '')
  return {
    origin: Number.isNaN(createdAtMs) ? null : { createdAtMs, mediaName: origin?.getAttribute('media') ?? '' },
    nextName: child(root, 'next-name')?.text ?? null,
    ownMedia: attributes(root, 'own-media', 'path'),
    installation: readInstallation(child(root, 'installation')),
    isTemplate: child(root, 'template') !== undefined,
  }
}

function readInstallation(found: XmlElement | undefined): Installation | null {
  if (found === undefined) return null
  return {
    runs: found.getAttribute('runs') === 'automatic' ? 'automatic' : 'by-hand',
    drives: attributes(found, 'drive', 'dev'),
    files: attributes(found, 'file', 'path'),
  }
}

/** The element to put in; null when there is nothing to say. What later versions of Strata wrote is kept. */
function strataElement(facts: StrataFacts, present: string | null): string | null {
  const root = XmlDocument.parse(present ?? '<none/>').root
  const rest = root.elements.filter(({ localName }) => !ourElements.has(localName))
  const parts = [...rest.map((element) => element.toString()), ...factElements(facts)]
  if (parts.length === 0) return null
  // What is kept may use prefixes that its old surroundings declared.
  const declared = root.attributes.filter(({ name }) => name.startsWith('xmlns:') && name !== 'xmlns:strata')
  const prefixes = declared.map(({ name }) => ` ${name}="${root.getAttribute(name) ?? ''}"`).join('')
  return `<strata:machine xmlns:strata="${strataNamespace}"${prefixes}>${parts.join('')}</strata:machine>`
}

function factElements({ origin, nextName, ownMedia, installation, isTemplate }: StrataFacts): string[] {
  const parts: string[] = []
  if (origin !== null) {
    const created = new Date(origin.createdAtMs).toISOString()
    parts.push(element('origin', { created, media: origin.mediaName }))
  }
  if (nextName !== null) parts.push(element('next-name', {}, [], nextName))
  parts.push(...ownMedia.map((path) => element('own-media', { path })))
  if (installation !== null) {
    const { runs, drives, files } = installation
    const inside = [
      ...drives.map((dev) => element('drive', { dev })),
      ...files.map((path) => element('file', { path })),
    ]
    parts.push(element('installation', { runs }, inside))
  }
  if (isTemplate) parts.push(element('template'))
  return parts
}

export function writeStrataFacts(metadata: DomainMetadata, facts: StrataFacts): void {
  metadata.write(strataNamespace, strataElement(facts, metadata.read(strataNamespace)))
}

const children = (root: XmlElement, name: string) =>
  root.elements.filter((each) => each.localName === name && each.namespaceUri === strataNamespace)
const child = (root: XmlElement, name: string) => children(root, name)[0]
const attributes = (root: XmlElement, name: string, attribute: string) =>
  children(root, name)
    .map((each) => each.getAttribute(attribute))
    .filter((value) => value !== null)

function element(
  name: string,
  values: Readonly<Record<string, string>> = {},
  inside: readonly string[] = [],
  text = '',
): string {
  const frame = `<strata:${name} xmlns:strata="${strataNamespace}">${inside.join('')}</strata:${name}>`
  const { root } = XmlDocument.parse(frame)
  for (const [key, value] of Object.entries(values)) root.setAttribute(key, value)
  if (text !== '') root.text = text
  return root.toString()
}
