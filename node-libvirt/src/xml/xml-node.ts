import { decodeText, encodeText } from './xml-characters.ts'
import type { XmlElement } from './xml-element.ts'

/** Words of the document: text between tags, or a CDATA section. `raw` is exactly what stands in the file. */
export class XmlCharacters {
  constructor(
    readonly kind: 'text' | 'cdata',
    public raw: string,
  ) {}

  static of(value: string): XmlCharacters {
    return new XmlCharacters('text', encodeText(value))
  }

  get value(): string {
    return this.kind === 'text'
      ? decodeText(this.raw)
      : this.raw.slice('<![CDATA['.length, -']]>'.length).replace(/\r\n?/g, '\n')
  }

  /** Nothing but white space as it is written: layout between elements, which may be changed along with them. */
  get isLayout(): boolean {
    return this.kind === 'text' && /^[ \t\r\n]*$/.test(this.raw)
  }
}

/** What is carried along and never changed. */
export class XmlMarkup {
  constructor(
    readonly kind: 'comment' | 'instruction' | 'declaration' | 'doctype',
    readonly raw: string,
  ) {}
}

export type XmlNode = XmlElement | XmlCharacters | XmlMarkup
