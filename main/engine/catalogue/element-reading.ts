import type { XmlElement } from 'node-libvirt/xml'

/** Longer words are not names, paths or addresses. */
const longestText = 1024
/** The richest entry of the database has some forty of anything. */
const mostOfAKind = 500

/** An element's children of that name, as many as anyone could mean. */
export function all(element: XmlElement, name: string): XmlElement[] {
  return element.elements.filter((child) => child.name === name).slice(0, mostOfAKind)
}

export function first(element: XmlElement, name: string): XmlElement | null {
  return element.elements.find((child) => child.name === name) ?? null
}

/** The words of an element; null: it has none, or too many. */
export function words(element: XmlElement | null): string | null {
  const text = element?.text.trim() ?? ''
  return text === '' || text.length > longestText ? null : text
}

/** The words of the child that is in no particular language, which in the database means English. */
export function wordsOf(element: XmlElement, name: string): string | null {
  return words(element.elements.find((child) => child.name === name && child.getAttribute('xml:lang') === null) ?? null)
}

export function attribute(element: XmlElement, name: string): string | null {
  const value = element.getAttribute(name)
  return value === null || value === '' || value.length > longestText ? null : value
}

/** The attribute of each child of that name, where it is there. */
export function attributes(element: XmlElement, name: string, key: string): string[] {
  return all(element, name).flatMap((child) => attribute(child, key) ?? [])
}

export function wholeNumber(text: string | null): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null
  return Number(text)
}
