import type { DefinitionClash } from '@strata/contract/imports.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { list, type XmlElement, xmlObject } from 'node-libvirt/xml'

class AnyElement extends xmlObject({}) {}

/** Takes out what the path leads to, with the lines that it stood on; gives how many there were. */
export function removeElements(
  from: XmlElement,
  path: string,
  fits: (element: XmlElement) => boolean = () => true,
): number {
  const found = list(path, AnyElement).read({ element: from, path: { steps: [], attribute: null } })
  const gone = [...found].filter(({ element }) => fits(element))
  found.removeAll(gone)
  return gone.length
}

/** All elements below, in document order. */
export function descendants(element: XmlElement): XmlElement[] {
  const found: XmlElement[] = []
  const collect = (from: XmlElement): void => {
    for (const child of from.elements) {
      found.push(child)
      collect(child)
    }
  }
  collect(element)
  return found
}

export function mended(kind: DefinitionClash['kind'], sentence: Said, change: Said): DefinitionClash {
  return { kind, sentence, mended: change, blocks: false }
}

/** What only the user can decide, and must. */
export function blocking(kind: DefinitionClash['kind'], sentence: Said): DefinitionClash {
  return { kind, sentence, mended: null, blocks: true }
}

export function warning(kind: DefinitionClash['kind'], sentence: Said): DefinitionClash {
  return { kind, sentence, mended: null, blocks: false }
}
