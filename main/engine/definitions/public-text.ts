import { XmlDocument, type XmlElement } from 'node-libvirt/xml'

/** As libvirt itself writes a password that it does not tell. */
export const hidden = '*****'

/** What a definition may hold in clear: passwords of screens, and whatever is handed to QEMU as it stands. */
const secretAttributes = new Set(['passwd', 'password'])
const rawElements = new Set(['arg', 'env'])

/** A definition as it may be kept in a file or shown: line for line the same, without secrets. */
export function publicText(text: string): string {
  const document = XmlDocument.parse(text)
  hideIn(document.root)
  return document.toString()
}

function hideIn(element: XmlElement): void {
  const isRaw = element.namespaceUri !== null && rawElements.has(element.localName)
  for (const { name } of element.attributes) {
    if (secretAttributes.has(name) || (isRaw && name === 'value')) element.setAttribute(name, hidden)
  }
  for (const child of element.elements) hideIn(child)
}
