import type { Codec } from './codec.ts'
import { appendAlong, ensureElement, removeElement, removeIfEmpty } from './xml-edit.ts'
import { encodeText } from './xml-characters.ts'
import { XmlElement } from './xml-element.ts'
import { findAll, findFirst, formatPath, joinPaths, parsePath, type XmlPath } from './xml-path.ts'

/** Where a view stands: at an element, or at a path below it that need not exist yet. */
export interface Place {
  readonly element: XmlElement
  readonly path: XmlPath
}

/** Something that is read and written as one value. */
export interface ValueProperty<T> {
  readonly form: 'value'
  readonly kind: string
  readonly path: string
  /** Kept out of toJSON, and so out of logs. */
  readonly isSecret: boolean
  read(place: Place): T
  write(place: Place, value: T): void
}

/** Text of an element (`./memory`) or an attribute (`./os/type/@arch`); null where it is absent, and null removes it. */
export function property<T>(path: string, codec: Codec<T>): ValueProperty<T | null> {
  const own = parsePath(path)
  const read = (place: Place) => readValue(place.element, joinPaths(place.path, own), codec)
  const write = (place: Place, value: T | null) => {
    if (read(place) === value) return
    const target = joinPaths(place.path, own)
    if (value === null) removeValue(place.element, target)
    else writeValue(place.element, target, value, codec)
  }
  return { form: 'value', kind: codec.kind, path: formatPath(own), isSecret: false, read, write }
}

function readValue<T>(base: XmlElement, path: XmlPath, codec: Codec<T>): T | null {
  if (path.attribute === null) {
    const owner = findFirst(base, path.steps)
    return owner === null ? null : codec.read(owner.text, owner)
  }
  const owner = ownerOf(base, path, path.attribute)
  if (owner === null) return null
  const words = owner.getAttribute(path.attribute)
  return words === null ? null : codec.read(words, owner)
}

/** The first element on the path that has the attribute: of two `<boot>` only the second may carry it. */
function ownerOf(base: XmlElement, path: XmlPath, attribute: string): XmlElement | null {
  const first = findFirst(base, path.steps)
  if (first?.getAttribute(attribute) !== null) return first
  return findAll(base, path.steps).find((each) => each.getAttribute(attribute) !== null) ?? first
}

function writeValue<T>(base: XmlElement, path: XmlPath, value: T, codec: Codec<T>): void {
  // A value that cannot be written throws here, before it has left half of itself in the document.
  encodeText(codec.write(value, new XmlElement('rehearsal', null)))
  if (path.attribute === null) {
    const owner = ensureElement(base, path.steps)
    owner.text = codec.write(value, owner)
    return
  }
  const owner = ownerOf(base, path, path.attribute) ?? ensureElement(base, path.steps)
  owner.setAttribute(path.attribute, codec.write(value, owner))
}

function removeValue(base: XmlElement, path: XmlPath): void {
  if (path.attribute === null) {
    const owner = findFirst(base, path.steps)
    if (owner !== null) removeElement(owner, base)
    return
  }
  const owner = ownerOf(base, path, path.attribute)
  owner?.removeAttribute(path.attribute)
  if (owner !== null) removeIfEmpty(owner, base)
}

/** The same property, but nobody's log shall show it. */
export function secret<T>(open: ValueProperty<T>): ValueProperty<T> {
  return { ...open, isSecret: true }
}

/** True where the element is there, whatever it says: `<readonly/>`, `<acpi/>`. */
export function flag(path: string): ValueProperty<boolean> {
  const own = parsePath(path)
  const read = (place: Place) => findFirst(place.element, joinPaths(place.path, own).steps) !== null
  const write = (place: Place, value: boolean) => {
    if (read(place) === value) return
    const { steps } = joinPaths(place.path, own)
    if (value) ensureElement(place.element, steps)
    else for (const each of findAll(place.element, steps)) removeElement(each, place.element)
  }
  return { form: 'value', kind: 'flag', path: formatPath(own), isSecret: false, read, write }
}

/** All values on a path, such as the boot order `./os/boot/@dev`. Elements in places that keep their value are not touched. */
export function texts(path: string): ValueProperty<readonly string[]> {
  const own = parsePath(path)
  const valueOf = (element: XmlElement) => (own.attribute === null ? element.text : element.getAttribute(own.attribute))
  const holders = (place: Place) =>
    findAll(place.element, joinPaths(place.path, own).steps).filter((each) => valueOf(each) !== null)
  const write = (place: Place, values: readonly string[]) => {
    const old = holders(place)
    for (const [index, value] of values.entries())
      setValue(old[index] ?? appendAlong(place.element, joinPaths(place.path, own).steps), own, value)
    for (const each of old.slice(values.length)) removeElement(each, place.element)
  }
  const read = (place: Place) => holders(place).map((each) => valueOf(each) ?? '')
  return { form: 'value', kind: 'texts', path: formatPath(own), isSecret: false, read, write }
}

function setValue(element: XmlElement, { attribute }: XmlPath, value: string): void {
  const old = attribute === null ? element.text : element.getAttribute(attribute)
  if (old === value) return
  if (attribute === null) element.text = value
  else element.setAttribute(attribute, value)
}
