import { text } from './codec.ts'
import { property } from './property.ts'
import { adoptElement, readFragment, withNamespaces } from './xml-fragment.ts'
import { ensureElement, removeElement } from './xml-edit.ts'
import { findFirst } from './xml-path.ts'
import type { XmlElement } from './xml-element.ts'
import { xmlObject } from './xml-object.ts'

/** What others have written on the machine: one element for each namespace, as libvirt's own metadata calls see it. */
export class DomainMetadata extends xmlObject({
  /** Which operating system is inside, by libosinfo's address for it: http://debian.org/debian/12 */
  osId: property('./libosinfo:libosinfo/libosinfo:os/@id', text),
}) {
  /** The XML that is kept under a namespace, with the declarations that it needs to stand alone; null when there is none. */
  read(namespaceUri: string): string | null {
    const found = this.find(namespaceUri)
    return found === null ? null : withNamespaces(found)
  }

  /**
   * Puts an element of that namespace in, in place of the one that was there; null takes it out.
   * @throws XmlError when the fragment is not XML
   * @throws TypeError when it belongs to another namespace
   */
  write(namespaceUri: string, fragment: string | null): void {
    const old = this.find(namespaceUri)
    if (fragment === null) {
      if (old !== null) removeElement(old, this.place.element)
      return
    }
    const root = readFragment(fragment)
    if (root.namespaceUri !== namespaceUri)
      throw new TypeError(`The element is in ${root.namespaceUri ?? 'no namespace'}, not in ${namespaceUri}`)
    if (old !== null && withNamespaces(old) === withNamespaces(root)) return
    adoptElement(ensureElement(this.place.element, this.place.path.steps), root, old)
  }

  private find(namespaceUri: string): XmlElement | null {
    const metadata = findFirst(this.place.element, this.place.path.steps)
    return metadata?.elements.find((each) => each.namespaceUri === namespaceUri) ?? null
  }
}
