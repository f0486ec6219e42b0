import { XmlDocument, type DomainMetadata, type XmlElement } from 'node-libvirt/xml'

/** Strata's own facts about a machine live in its definition, so that they travel with it. */
const strataNamespace = 'urn:strata:machine:1'

export interface StrataFacts {
  /** Where the machine came from; null: not made by Strata. */
  readonly origin: { readonly createdAtMs: number; readonly mediaName: string } | null
  /** The name that it gets when it is off; null: it has the name that it should have. */
  readonly nextName: string | null
}

export function readStrataFacts(metadata: DomainMetadata): StrataFacts {
  const text = metadata.read(strataNamespace)
  if (text === null) return { origin: null, nextName: null }
  const root = XmlDocument.parse(text).root
  const origin = child(root, 'origin')
  const createdAtMs = Date.parse(origin?.getAttribute('created') ?? '')
  return {
    origin: Number.isNaN(createdAtMs) ? null : { createdAtMs, mediaName: origin?.getAttribute('media') ?? '' },
    nextName: child(root, 'next-name')?.text ?? null,
  }
}

/** The element to put in; null when there is nothing to say. What later versions of Strata wrote is kept. */
function strataElement(facts: StrataFacts, present: string | null): string | null {
  const root = XmlDocument.parse(present ?? '<none/>').root
  const rest = root.elements.filter(({ localName }) => localName !== 'origin' && localName !== 'next-name')
  const parts = rest.map((element) => element.toString())
  if (facts.origin !== null) {
    const { createdAtMs, mediaName } = facts.origin
    parts.push(element('origin', { created: new Date(createdAtMs).toISOString(), media: mediaName }))
  }
  if (facts.nextName !== null) parts.push(element('next-name', {}, facts.nextName))
  if (parts.length === 0) return null
  // What is kept may use prefixes that its old surroundings declared.
  const declared = root.attributes.filter(({ name }) => name.startsWith('xmlns:') && name !== 'xmlns:strata')
  const prefixes = declared.map(({ name }) => ` ${name}="${root.getAttribute(name) ?? ''}"`).join('')
  return `<strata:machine xmlns:strata="${strataNamespace}"${prefixes}>${parts.join('')}</strata:machine>`
}

export function writeStrataFacts(metadata: DomainMetadata, facts: StrataFacts): void {
  metadata.write(strataNamespace, strataElement(facts, metadata.read(strataNamespace)))
}

const child = (root: XmlElement, name: string) =>
  root.elements.find((each) => each.localName === name && each.namespaceUri === strataNamespace)

function element(name: string, attributes: Readonly<Record<string, string>>, text = ''): string {
  const { root } = XmlDocument.parse(`<strata:${name} xmlns:strata="${strataNamespace}"/>`)
  for (const [key, value] of Object.entries(attributes)) root.setAttribute(key, value)
  if (text !== '') root.text = text
  return root.toString()
}
