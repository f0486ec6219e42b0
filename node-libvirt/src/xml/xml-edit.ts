import { childRank } from './element-order.ts'
import { insertLaidOut, removeLaidOut } from './layout.ts'
import { XmlElement } from './xml-element.ts'
import { XmlMarkup } from './xml-node.ts'
import { findAll, type PathStep, stepMatches } from './xml-path.ts'

/** Leads along the steps, making what is missing. */
export function ensureElement(from: XmlElement, steps: readonly PathStep[]): XmlElement {
  let element = from
  for (const step of steps) {
    element = element.elements.find((child) => stepMatches(step, child)) ?? appendChild(element, step)
  }
  return element
}

/** Makes one more of what the steps lead to, after the last of them. */
export function appendAlong(from: XmlElement, steps: readonly PathStep[]): XmlElement {
  const step = steps.at(-1)
  if (step === undefined) throw new TypeError('A list needs a path below its element')
  const last = findAll(from, steps).at(-1)
  return appendChild(last?.parent ?? ensureElement(from, steps.slice(0, -1)), step)
}

/** Makes a new child where libvirt would write it: after the last one that belongs before it or beside it. */
function appendChild(parent: XmlElement, step: PathStep): XmlElement {
  const child = makeElement(parent, step)
  const rank = childRank(parent.localName, step.name)
  const last = parent.children.findLastIndex(
    (each) => each.kind === 'element' && childRank(parent.localName, each.localName) <= rank,
  )
  const first = parent.children.findIndex((each) => each.kind === 'element')
  insertLaidOut(parent, child, last >= 0 ? last + 1 : Math.max(first, 0))
  return child
}

function makeElement(parent: XmlElement, step: PathStep): XmlElement {
  const { prefix, declare } =
    step.namespaceUri === null ? plainPrefix(parent) : prefixFor(parent, step.prefix, step.namespaceUri)
  const child = new XmlElement(prefix === '' ? step.name : `${prefix}:${step.name}`, step.namespaceUri)
  child.parent = parent
  if (declare !== null) child.setAttribute(declare.name, declare.value)
  if (step.where !== null) child.setAttribute(step.where.attribute, step.where.value)
  return child
}

interface PrefixChoice {
  readonly prefix: string
  readonly declare: { readonly name: string; readonly value: string } | null
}

/** Inside a default namespace an element without one has to say so. */
function plainPrefix(parent: XmlElement): PrefixChoice {
  return { prefix: '', declare: parent.namespaceOf('') === null ? null : { name: 'xmlns', value: '' } }
}

/** Our usual prefix, unless the document means something else by it. */
function prefixFor(parent: XmlElement, wanted: string, uri: string): PrefixChoice {
  for (let attempt = 0; ; attempt += 1) {
    const prefix = attempt === 0 ? wanted : `${wanted}${attempt}`
    const bound = parent.namespaceOf(prefix)
    if (bound === uri) return { prefix, declare: null }
    if (bound === null) return { prefix, declare: { name: `xmlns:${prefix}`, value: uri } }
  }
}

/** Removes an element, and those around it that hold nothing any more, but never `base` or what is outside of it. */
export function removeElement(element: XmlElement, base: XmlElement): void {
  removeElements([element], base)
}

/** The same for many, in one pass over what is around them. */
export function removeElements(elements: readonly XmlElement[], base: XmlElement): void {
  let going: Iterable<XmlElement> = elements
  for (;;) {
    const byParent = new Map<XmlElement, Set<XmlElement>>()
    for (const element of going) {
      const { parent } = element
      if (element === base || parent === null) continue
      const siblings = byParent.get(parent)
      if (siblings === undefined) byParent.set(parent, new Set([element]))
      else siblings.add(element)
    }
    if (byParent.size === 0) return
    for (const [parent, gone] of byParent) removeLaidOut(parent, gone)
    going = [...byParent.keys()].filter(isEmpty)
  }
}

export function removeIfEmpty(element: XmlElement, base: XmlElement): void {
  if (isEmpty(element)) removeElement(element, base)
}

/** An element with an attribute, a child, a comment or words is not empty. */
function isEmpty(element: XmlElement): boolean {
  const saysNothing = element.attributes.every(({ name }) => name === 'xmlns' || name.startsWith('xmlns:'))
  const holdsNothing = element.children.every(
    (child) => child.kind !== 'element' && !(child instanceof XmlMarkup) && child.kind === 'text' && child.isLayout,
  )
  return saysNothing && holdsNothing
}
