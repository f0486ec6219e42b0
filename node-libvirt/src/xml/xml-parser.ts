import { badReferenceIn, decodeAttribute, FORBIDDEN_CHARACTER } from './xml-characters.ts'
import { XmlElement } from './xml-element.ts'
import { XmlError } from './xml-error.ts'
import { XmlCharacters, XmlMarkup, type XmlNode } from './xml-node.ts'

/** As deep as libxml2 goes unless told otherwise, hence as libvirt. */
const MAX_DEPTH = 256

const NAME_START =
  ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}'
const NAME = new RegExp(`[${NAME_START}][${NAME_START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}]*`, 'uy')
const DECLARATION =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.\d+"|'1\.\d+')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/y
/** Without an internal subset: nothing is declared, so nothing can be expanded. What it points to is never read. */
const DOCTYPE =
  /<!DOCTYPE[ \t\r\n]+[^\s<>"'[\]]+(?:[ \t\r\n]+(?:SYSTEM|PUBLIC[ \t\r\n]+(?:"[^"]*"|'[^']*'))[ \t\r\n]+(?:"[^"]*"|'[^']*'))?[ \t\r\n]*>/y

/** For texts of strangers: what follows a parse may take longer for each element and attribute. */
export interface XmlLimits {
  readonly maxElements: number
  /** Of one element. */
  readonly maxAttributes: number
}

type Bindings = readonly (readonly [prefix: string, uri: string | null | undefined])[]

/** Reads strictly what XML 1.0 calls well-formed, keeping every character of it in the tree. */
export class XmlParser {
  private position = 0
  private readonly top: XmlNode[] = []
  private root: XmlElement | null = null
  private open: XmlElement | null = null
  private depth = 0
  /** Attributes of the start tag that is being read. */
  private readonly names = new Set<string>()

  /** What each prefix stands for where the parser is; '' is the default namespace. Null: unbound again. */
  private readonly bound = new Map<string, string | null>()
  /** For each open element, what its own declarations hid. */
  private readonly hidden: Bindings[] = []
  private elementCount = 0

  constructor(
    private readonly source: string,
    private readonly limits: XmlLimits = { maxElements: Infinity, maxAttributes: Infinity },
  ) {}

  parse(): { nodes: XmlNode[]; root: XmlElement } {
    const forbidden = FORBIDDEN_CHARACTER.exec(this.source)
    if (forbidden !== null) throw this.error('A character that XML does not allow', forbidden.index)
    if (/<\?xml[ \t\r\n]/y.test(this.source))
      this.add(new XmlMarkup('declaration', this.take(DECLARATION, 'The XML declaration is malformed')))
    while (this.position < this.source.length) {
      if (this.source[this.position] === '<') this.markup()
      else this.text()
    }
    if (this.open !== null) throw this.error(`<${this.open.name}> is never closed`, this.open.offset)
    if (this.root === null) throw this.error('There is no element')
    return { nodes: this.top, root: this.root }
  }

  private markup(): void {
    const next = this.source[this.position + 1]
    if (next === '/') this.endTag()
    else if (next === '?') this.instruction()
    else if (next !== '!') this.startTag()
    else if (this.source.startsWith('<!--', this.position)) this.comment()
    else if (this.source.startsWith('<![CDATA[', this.position)) this.cdata()
    else this.doctype()
  }

  private text(): void {
    const start = this.position
    const end = this.source.indexOf('<', start)
    const raw = this.source.slice(start, end < 0 ? undefined : end)
    if (this.open === null && /[^ \t\r\n]/.test(raw)) {
      throw this.error('Text outside of the root element', start + raw.search(/[^ \t\r\n]/))
    }
    this.checkReferences(raw, start)
    const stray = raw.indexOf(']]>')
    if (stray >= 0) throw this.error("']]>' without the beginning of a CDATA section", start + stray)
    this.position += raw.length
    this.add(new XmlCharacters('text', raw))
  }

  private startTag(): void {
    const start = this.position
    this.position += 1
    const element = new XmlElement(this.take(NAME, 'A name is missing after <'), null, start)
    this.names.clear()
    for (;;) {
      const before = this.space()
      const next = this.source[this.position]
      if (next === '>' || next === '/') {
        element.startTail = before
        break
      }
      if (next === undefined) throw this.error(`The tag <${element.name}> has no end`, start)
      if (before === '') throw this.error('Space is missing before this')
      this.attribute(element, before)
    }
    element.collapses = this.source[this.position] === '/'
    this.expect(element.collapses ? '/>' : '>')
    this.add(element)
    this.elementCount += 1
    if (this.elementCount > this.limits.maxElements)
      throw this.error(`More than ${this.limits.maxElements} elements`, start)
    const hides = this.bind(element)
    element.namespaceUri = this.bound.get(prefixOf(element.name)) ?? null
    if (element.collapses) {
      this.unbind(hides)
      return
    }
    this.hidden.push(hides)
    this.open = element
    this.depth += 1
    if (this.depth > MAX_DEPTH) throw this.error(`Elements are nested deeper than ${MAX_DEPTH}`, start)
  }

  private attribute(element: XmlElement, before: string): void {
    const start = this.position
    const name = this.take(NAME, 'An attribute was expected')
    if (this.names.has(name)) throw this.error(`Attribute ${name} is there twice`, start)
    this.names.add(name)
    if (this.names.size > this.limits.maxAttributes)
      throw this.error(`More than ${this.limits.maxAttributes} attributes`, start)
    const equalsAt = this.position
    this.space()
    this.expect('=')
    this.space()
    const equals = this.source.slice(equalsAt, this.position)
    const quote = this.source[this.position]
    if (quote !== '"' && quote !== "'") throw this.error(`The value of ${name} is not in quotes`)
    const end = this.source.indexOf(quote, this.position + 1)
    if (end < 0) throw this.error(`The value of ${name} has no closing quote`)
    const raw = this.source.slice(this.position + 1, end)
    if (raw.includes('<')) throw this.error(`A bare < in the value of ${name}`, this.position + 1 + raw.indexOf('<'))
    this.checkReferences(raw, this.position + 1)
    this.position = end + 1
    element.attributes.push({ before, name, equals, quote, raw })
  }

  private endTag(): void {
    const start = this.position
    this.position += 2
    const name = this.take(NAME, 'A name is missing after </')
    if (this.open === null) throw this.error(`</${name}> closes nothing`, start)
    if (this.open.name !== name) throw this.error(`</${name}> where </${this.open.name}> was expected`, start)
    this.open.endTail = this.space()
    this.expect('>')
    this.open = this.open.parent
    this.depth -= 1
    this.unbind(this.hidden.pop() ?? [])
  }

  private comment(): void {
    const dashes = this.source.indexOf('--', this.position + 4)
    if (dashes < 0) throw this.error('A comment has no end')
    if (this.source[dashes + 2] !== '>') throw this.error("'--' inside a comment", dashes)
    this.addUpTo(dashes + 3, (raw) => new XmlMarkup('comment', raw))
  }

  private cdata(): void {
    if (this.open === null) throw this.error('CDATA outside of the root element')
    const end = this.source.indexOf(']]>', this.position + 9)
    if (end < 0) throw this.error('A CDATA section has no end')
    this.addUpTo(end + 3, (raw) => new XmlCharacters('cdata', raw))
  }

  private instruction(): void {
    const end = this.source.indexOf('?>', this.position + 2)
    if (end < 0) throw this.error('A processing instruction has no end')
    NAME.lastIndex = this.position + 2
    const target = NAME.exec(this.source)?.[0]
    const after = this.source[this.position + 2 + (target?.length ?? 0)]
    if (target === undefined || !/[ \t\r\n?]/.test(after ?? ''))
      throw this.error('A processing instruction without a proper name')
    if (target.toLowerCase() === 'xml') throw this.error('The XML declaration may only stand at the very beginning')
    this.addUpTo(end + 2, (raw) => new XmlMarkup('instruction', raw))
  }

  private doctype(): void {
    if (!this.source.startsWith('<!DOCTYPE', this.position))
      throw this.error('Not a comment, not CDATA, not a document type')
    if (this.root !== null || this.top.some((node) => node.kind === 'doctype'))
      throw this.error('A document type out of place')
    this.add(new XmlMarkup('doctype', this.take(DOCTYPE, 'A document type with declarations of its own is refused')))
  }

  private add(node: XmlNode): void {
    if (node.kind === 'element') {
      node.parent = this.open
      if (this.open === null && this.root !== null) throw this.error('A second root element', node.offset)
      this.root ??= node
    }
    ;(this.open?.children ?? this.top).push(node)
  }

  private addUpTo(end: number, make: (raw: string) => XmlNode): void {
    this.add(make(this.source.slice(this.position, end)))
    this.position = end
  }

  /**
   * Takes up what an element declares; gives what that hides. A prefix that nobody bound is let through, as libvirt does:
   * the element is in no namespace and keeps its full name.
   */
  private bind(element: XmlElement): Bindings {
    const hides: [string, string | null | undefined][] = []
    for (const { name, raw } of element.attributes) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue
      const prefix = name.slice('xmlns:'.length)
      hides.push([prefix, this.bound.get(prefix)])
      this.bound.set(prefix, decodeAttribute(raw) || null)
    }
    return hides
  }

  private unbind(hides: Bindings): void {
    for (const [prefix, uri] of hides) {
      if (uri === undefined) this.bound.delete(prefix)
      else this.bound.set(prefix, uri)
    }
  }

  private checkReferences(raw: string, offset: number): void {
    const bad = badReferenceIn(raw)
    if (bad >= 0) throw this.error('An & that begins no reference known here', offset + bad)
  }

  private space(): string {
    const start = this.position
    while (isSpace(this.source.charCodeAt(this.position))) this.position += 1
    return this.source.slice(start, this.position)
  }

  private take(pattern: RegExp, problem: string): string {
    pattern.lastIndex = this.position
    const found = pattern.exec(this.source)
    if (found === null) throw this.error(problem)
    this.position += found[0].length
    return found[0]
  }

  private expect(text: string): void {
    if (!this.source.startsWith(text, this.position)) throw this.error(`'${text}' was expected`)
    this.position += text.length
  }

  private error(problem: string, offset = this.position): XmlError {
    return XmlError.at(this.source, offset, problem)
  }
}

function prefixOf(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? '' : name.slice(0, colon)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
