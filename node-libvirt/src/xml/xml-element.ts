import { decodeAttribute, encodeAttribute } from './xml-characters.ts'
import { XmlCharacters, type XmlNode } from './xml-node.ts'

/** An attribute with all that its text says: what separates it, how it is quoted, which references it uses. */
export interface XmlAttribute {
  readonly before: string
  readonly name: string
  readonly equals: string
  readonly quote: string
  raw: string
}

/**
 * An element that remembers how it was written, so that writing it gives the same text,
 * and a change to one part leaves the text of all other parts alone.
 */
export class XmlElement {
  readonly kind = 'element'
  parent: XmlElement | null = null
  readonly attributes: XmlAttribute[] = []
  children: XmlNode[] = []
  /** White space before the end of the start tag. */
  startTail = ''
  /** White space before the end of the end tag. */
  endTail = ''
  /** Written as `<name/>` while it has no children. */
  collapses = true

  constructor(
    /** With its prefix. */
    readonly name: string,
    public namespaceUri: string | null,
    /** Where its text begins in the parsed source; 0 for an element made later. */
    readonly offset = 0,
  ) {}

  get localName(): string {
    return this.name.slice(this.name.indexOf(':') + 1)
  }

  get elements(): XmlElement[] {
    return this.children.filter((child) => child.kind === 'element')
  }

  getAttribute(name: string): string | null {
    const attribute = this.attributes.find((each) => each.name === name)
    return attribute === undefined ? null : decodeAttribute(attribute.raw)
  }

  setAttribute(name: string, value: string): void {
    const raw = encodeAttribute(value)
    const attribute = this.attributes.find((each) => each.name === name)
    if (attribute !== undefined) attribute.raw = raw
    else this.attributes.push({ before: ' ', name, equals: '=', quote: this.quoteInUse(), raw })
  }

  removeAttribute(name: string): void {
    const index = this.attributes.findIndex((each) => each.name === name)
    if (index >= 0) this.attributes.splice(index, 1)
  }

  /** Its own words, without those of elements inside it. */
  get text(): string {
    return this.children.map((child) => (child.kind === 'text' || child.kind === 'cdata' ? child.value : '')).join('')
  }

  /** Replaces its own words; comments and elements inside stay. */
  set text(value: string) {
    const first = this.children.findIndex((child) => child instanceof XmlCharacters)
    const words = value === '' ? [] : [XmlCharacters.of(value)]
    const others = (nodes: readonly XmlNode[]) => nodes.filter((child) => !(child instanceof XmlCharacters))
    const at = first < 0 ? this.children.length : first
    this.children = [...others(this.children.slice(0, at)), ...words, ...others(this.children.slice(at))]
  }

  /** Looks a prefix up in scope; the empty prefix is the default namespace. Null where it is not bound. */
  namespaceOf(prefix: string): string | null {
    const name = prefix === '' ? 'xmlns' : `xmlns:${prefix}`
    for (let element: XmlElement | null = this; element !== null; element = element.parent) {
      const uri = element.getAttribute(name)
      if (uri !== null) return uri === '' ? null : uri
    }
    return null
  }

  toString(): string {
    const attributes = this.attributes
      .map((each) => each.before + each.name + each.equals + each.quote + each.raw + each.quote)
      .join('')
    const start = `<${this.name}${attributes}`
    if (this.children.length === 0 && this.collapses) return `${start}${this.startTail}/>`
    const content = this.children.map((child) => (child.kind === 'element' ? child.toString() : child.raw)).join('')
    return `${start}${this.collapses ? '' : this.startTail}>${content}</${this.name}${this.endTail}>`
  }

  /** A new attribute is quoted as the nearest old one is; libvirt itself writes single quotes. */
  private quoteInUse(): string {
    return this.attributes.at(-1)?.quote ?? this.parent?.quoteInUse() ?? "'"
  }
}
