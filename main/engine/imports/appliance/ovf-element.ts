import type { XmlElement } from 'node-libvirt/xml'

/*
 * OVF 1.x and 2.x, and what VMware and VirtualBox write, differ in the addresses of their namespaces while they mean
 * the same by the same words. So elements and attributes are found by their local names, whatever their prefix.
 */

const longestText = 4096

export function childrenOf(element: XmlElement, ...names: readonly string[]): XmlElement[] {
  return element.elements.filter(({ localName }) => names.includes(localName))
}

export function childOf(element: XmlElement, name: string): XmlElement | null {
  return element.elements.find(({ localName }) => localName === name) ?? null
}

/** Trimmed; null where there is no such element, or nothing in it. */
export function textOf(element: XmlElement, name: string): string | null {
  return wordsOf(childOf(element, name)?.text)
}

export function attributeOf(element: XmlElement, name: string): string | null {
  const full = element.attributes.find((each) => each.name.slice(each.name.indexOf(':') + 1) === name)?.name
  return full === undefined ? null : wordsOf(element.getAttribute(full))
}

/** A whole number that is not negative. */
export function numberOf(words: string | null): number | null {
  const value = words !== null && /^\d{1,16}$/.test(words) ? Number(words) : Number.NaN
  return Number.isSafeInteger(value) ? value : null
}

function wordsOf(text: string | null | undefined): string | null {
  const words = text?.trim().slice(0, longestText) ?? ''
  return words === '' ? null : words
}
