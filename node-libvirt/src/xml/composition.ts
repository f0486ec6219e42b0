import type { Place } from './property.ts'
import { appendAlong, removeElements } from './xml-edit.ts'
import { type FieldsOf, type Properties, writeFields, type XmlObject, type XmlObjectType } from './xml-object.ts'
import { findAll, formatPath, joinPaths, parsePath, type XmlPath } from './xml-path.ts'

export const HERE: XmlPath = parsePath('.')

/** A group of properties below a path; it can be read and written even while there is no such element. */
export interface PartProperty<V, F> {
  readonly form: 'part'
  readonly path: string
  readonly type: XmlObjectType<unknown, Properties>
  read(place: Place): V
  write(place: Place, fields: F): void
}

export function part<V, P extends Properties>(path: string, type: XmlObjectType<V, P>): PartProperty<V, FieldsOf<P>> {
  const own = parsePath(path)
  const inside = (place: Place): Place => ({ element: place.element, path: joinPaths(place.path, own) })
  return {
    form: 'part',
    path: formatPath(own),
    type,
    read: (place) => new type(inside(place)),
    write: (place, fields) => writeFields(type.properties, inside(place), fields),
  }
}

/** Every element on a path as an object of its own. Writing adds. */
export interface ListProperty<V, F> {
  readonly form: 'list'
  readonly path: string
  readonly type: XmlObjectType<unknown, Properties>
  read(place: Place): XmlList<V, F>
  write(place: Place, items: readonly F[]): void
}

/** What stands in the document at the time of asking; `add` and `remove` change the document and this list. */
export interface XmlList<V, F> extends ReadonlyArray<V> {
  /** Adds one after the last of its kind. */
  add(fields: F): V
  /** Takes one out of the document, whole. */
  remove(item: V): void
  /** The same for many, in the time of one. */
  removeAll(items: readonly V[]): void
}

class LiveList<V extends XmlObject, P extends Properties> extends Array<V> implements XmlList<V, FieldsOf<P>> {
  // Lists made by map and filter are only arrays.
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  constructor(
    private readonly base: Place,
    private readonly type: XmlObjectType<V, P>,
    private readonly path: XmlPath,
  ) {
    super()
    for (const element of findAll(base.element, path.steps)) this.push(new type({ element, path: HERE }))
    // Only the items shall show when a list is printed, compared or turned into JSON.
    for (const name of ['base', 'type', 'path']) Object.defineProperty(this, name, { enumerable: false })
  }

  add(fields: FieldsOf<P>): V {
    const element = appendAlong(this.base.element, this.path.steps)
    const place = { element, path: HERE }
    writeFields(this.type.properties, place, fields)
    const item = new this.type(place)
    this.push(item)
    return item
  }

  remove(item: V): void {
    this.removeAll([item])
  }

  removeAll(items: readonly V[]): void {
    // The document is asked, not this list: an item may have come in through another one.
    const present = new Set(findAll(this.base.element, this.path.steps))
    const gone = new Set(items.map(({ element }) => element))
    for (const element of gone)
      if (!present.has(element)) throw new TypeError('What is to be removed is not in this list')
    const kept = this.filter(({ element }) => !gone.has(element))
    this.length = 0
    for (const each of kept) this.push(each)
    removeElements([...gone], this.base.element)
  }
}

export function list<V extends XmlObject, P extends Properties>(
  path: string,
  type: XmlObjectType<V, P>,
): ListProperty<V, FieldsOf<P>> {
  const own = parsePath(path)
  const read = (place: Place) => new LiveList(place, type, joinPaths(place.path, own))
  return {
    form: 'list',
    path: formatPath(own),
    type,
    read,
    write: (place, items) => {
      const target = read(place)
      for (const fields of items) target.add(fields)
    },
  }
}
