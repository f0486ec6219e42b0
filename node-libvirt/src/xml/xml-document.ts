import type { XmlElement } from './xml-element.ts'
import { XmlError } from './xml-error.ts'
import type { XmlNode } from './xml-node.ts'
import { XmlParser, type XmlLimits } from './xml-parser.ts'

/** libvirt passes no string longer than 4 MiB over its protocol (REMOTE_STRING_MAX), so no longer document can be its. */
const MAX_LENGTH = 4 * 1024 * 1024

const BYTE_ORDER_MARK = '\uFEFF'

export interface XmlParseOptions extends Partial<XmlLimits> {
  /** In UTF-16 units; 4 Mi when not given. */
  readonly maxLength?: number
}

/** A whole document. Unless something is changed, writing it gives the very text that was read. */
export class XmlDocument {
  private constructor(
    private readonly mark: string,
    private readonly nodes: readonly XmlNode[],
    readonly root: XmlElement,
  ) {}

  /**
   * @throws XmlError when the text is not well-formed, too long, nested too deeply, or declares entities
   */
  static parse(text: string, options: XmlParseOptions = {}): XmlDocument {
    const maxLength = options.maxLength ?? MAX_LENGTH
    if (text.length > maxLength) throw new XmlError(`Longer than ${maxLength} characters`, 1, 1)
    const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
    const { nodes, root } = new XmlParser(text.slice(mark.length), {
      maxElements: options.maxElements ?? Infinity,
      maxAttributes: options.maxAttributes ?? Infinity,
    }).parse()
    return new XmlDocument(mark, nodes, root)
  }

  toString(): string {
    return this.mark + this.nodes.map((node) => (node.kind === 'element' ? node.toString() : node.raw)).join('')
  }
}
