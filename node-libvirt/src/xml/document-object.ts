import { HERE } from './composition.ts'
import { defineMembers, type FieldsOf, type Properties, type Values, writeFields, XmlObject } from './xml-object.ts'
import { XmlDocument } from './xml-document.ts'
import { XmlError } from './xml-error.ts'

/** A view of a whole document. */
export class DocumentObject extends XmlObject {
  constructor(readonly document: XmlDocument) {
    super({ element: document.root, path: HERE })
  }

  /** The document as it is now: the text that was parsed, but for what was changed since. */
  override toString(): string {
    return this.document.toString()
  }
}

/** Fields of which some must be given. */
type Demanding<P, R extends keyof P> = FieldsOf<P> & { readonly [K in R]-?: NonNullable<FieldsOf<P>[K]> }

export interface DocumentType<P, R extends keyof P> {
  new (document: XmlDocument): DocumentObject & Values<P>
  readonly properties: P
  /** @throws XmlError when the text is not XML, or XML of something else */
  parse<T>(this: new (document: XmlDocument) => T, text: string): T
  /** A new document that says what the fields say and nothing else. */
  create<T>(this: new (document: XmlDocument) => T, fields: Demanding<P, R>): T
}

/** Makes the class of documents with this root; `demanded` names what a new one cannot be without. */
export function documentObject<P extends Properties, R extends keyof P & string = never>(
  rootName: string,
  properties: P,
  demanded: readonly R[] = [],
): DocumentType<P, R> {
  class View extends DocumentObject {
    static readonly properties = properties

    static parse<T>(this: new (document: XmlDocument) => T, text: string): T {
      const document = XmlDocument.parse(text)
      if (document.root.name !== rootName) {
        throw XmlError.at(text, document.root.offset, `<${rootName}> was expected, not <${document.root.name}>`)
      }
      return new this(document)
    }

    static create<T>(this: new (document: XmlDocument) => T, fields: Demanding<P, R>): T {
      const missing = demanded.filter((name) => fields[name] === undefined || fields[name] === null)
      if (missing.length > 0) throw new TypeError(`A new <${rootName}> needs ${missing.join(', ')}`)
      const document = XmlDocument.parse(`<${rootName}/>\n`)
      writeFields(properties, { element: document.root, path: HERE }, fields)
      return new this(document)
    }
  }
  defineMembers(View.prototype, properties)
  return View as unknown as DocumentType<P, R>
}
