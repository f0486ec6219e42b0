import type { ListProperty, PartProperty } from './composition.ts'
import type { Place, ValueProperty } from './property.ts'
import type { XmlElement } from './xml-element.ts'
import { withNamespaces } from './xml-fragment.ts'
import { findFirst } from './xml-path.ts'

export type Property = ValueProperty<unknown> | PartProperty<unknown, unknown> | ListProperty<unknown, unknown>

/** What a class is declared with: a name for each thing that its XML says. */
export type Properties = Readonly<Record<string, Property>>

type ValueNames<P> = { [K in keyof P]: P[K] extends { form: 'value' } ? K : never }[keyof P]

type ReadOf<X> = X extends { read(place: Place): infer T } ? T : never

/** The members that a declaration gives: values can be set, parts and lists are changed through themselves. */
export type Values<P> = { -readonly [K in ValueNames<P>]: ReadOf<P[K]> } & {
  readonly [K in Exclude<keyof P, ValueNames<P>>]: ReadOf<P[K]>
}

type WriteOf<X> =
  X extends ListProperty<infer _Item, infer F>
    ? readonly F[]
    : X extends PartProperty<infer _View, infer F>
      ? F
      : X extends ValueProperty<infer T>
        ? T
        : never

/** What can be given at once: any of the values, parts as objects of their own, lists as arrays of what to add. */
export type FieldsOf<P> = { readonly [K in keyof P]?: WriteOf<P[K]> | undefined }

/** A typed view of some XML. It holds no values: every read looks and every write edits. */
export class XmlObject {
  constructor(readonly place: Place) {}

  /** Where this is, or for a part, the element that it is a part of. */
  get element(): XmlElement {
    return this.place.element
  }

  /** Its XML as a document of its own, as libvirt's calls take a single device; empty where there is no such element. */
  toString(): string {
    const found = findFirst(this.place.element, this.place.path.steps)
    return found === null ? '' : withNamespaces(found)
  }

  /** All values as plain data, without those that are absent or secret. */
  toJSON(): Record<string, unknown> {
    const entries = Object.entries(propertiesOf(this)).map(([name, each]) => [name, jsonOf(each, this.place)] as const)
    return Object.fromEntries(entries.filter(([, value]) => isPresent(value)))
  }
}

function jsonOf(property: Property, place: Place): unknown {
  if (property.form === 'value' && property.isSecret) return null
  const value = property.read(place)
  if (value instanceof XmlObject) return value.toJSON()
  return Array.isArray(value) ? value.map((each: unknown) => (each instanceof XmlObject ? each.toJSON() : each)) : value
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== false && !(typeof value === 'object' && Object.keys(value).length === 0)
}

/** A class of views. */
export interface XmlObjectType<V, P> {
  new (place: Place): V
  readonly properties: P
}

function propertiesOf(view: XmlObject): Properties {
  const type: unknown = view.constructor
  return typeof type === 'function' && 'properties' in type ? (type.properties as Properties) : {}
}

/** Makes the class that a declaration describes; extend it to name it. */
export function xmlObject<P extends Properties>(properties: P): XmlObjectType<XmlObject & Values<P>, P> {
  class View extends XmlObject {
    static readonly properties = properties
  }
  defineMembers(View.prototype, properties)
  return View as unknown as XmlObjectType<XmlObject & Values<P>, P>
}

export function defineMembers(prototype: XmlObject, properties: Properties): void {
  for (const [name, each] of Object.entries(properties)) {
    Object.defineProperty(prototype, name, {
      enumerable: true,
      configurable: true,
      get(this: XmlObject) {
        return each.read(this.place)
      },
      ...(each.form === 'value' && {
        set(this: XmlObject, value: unknown) {
          each.write(this.place, value)
        },
      }),
    })
  }
}

/** Writes all given fields, in the order in which they are given; `undefined` leaves a field as it is. */
export function writeFields<P extends Properties>(properties: P, place: Place, fields: FieldsOf<P>): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const each: { write(place: Place, value: unknown): void } | undefined = properties[name]
    if (each === undefined) throw new TypeError(`There is no property '${name}'`)
    each.write(place, value)
  }
}
