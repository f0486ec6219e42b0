import { insertLaidOut } from './layout.ts'
import { XmlDocument } from './xml-document.ts'
import { XmlElement } from './xml-element.ts'

/** The root element of a text that becomes a part of another document; what stands around the root is left behind. */
export function readFragment(text: string): XmlElement {
  return XmlDocument.parse(text).root
}

/** The element's text with the namespace declarations added that it owes to the elements around it. */
export function withNamespaces(element: XmlElement): string {
  const copy = new XmlElement(element.name, element.namespaceUri)
  copy.attributes.push(...element.attributes)
  copy.children = element.children
  copy.startTail = element.startTail
  copy.endTail = element.endTail
  copy.collapses = element.collapses
  for (const prefix of prefixesIn(element)) {
    const name = prefix === '' ? 'xmlns' : `xmlns:${prefix}`
    const uri = element.parent?.namespaceOf(prefix) ?? null
    if (uri !== null && element.getAttribute(name) === null) copy.setAttribute(name, uri)
  }
  return copy.toString()
}

function prefixesIn(element: XmlElement): Set<string> {
  const names = [
    element.name,
    ...element.attributes.map(({ name }) => name).filter((name) => name.includes(':') && !name.startsWith('xmlns:')),
  ]
  const own = names.map((name) => name.slice(0, Math.max(name.indexOf(':'), 0)))
  return new Set(
    [...own, ...element.elements.flatMap((child) => [...prefixesIn(child)])].filter((prefix) => prefix !== 'xml'),
  )
}

/** Puts a foreign element into `parent`, in the place of `old` when there is one. */
export function adoptElement(parent: XmlElement, element: XmlElement, old: XmlElement | null): void {
  if (old === null) {
    insertLaidOut(parent, element, parent.children.length)
    return
  }
  parent.children = parent.children.map((child) => (child === old ? element : child))
  element.parent = parent
  old.parent = null
}
