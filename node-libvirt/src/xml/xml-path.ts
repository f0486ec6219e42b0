import { NAMESPACES } from './namespaces.ts'
import type { XmlElement } from './xml-element.ts'

/** One step down: `disk`, `libosinfo:os`, or `enum[@name='bus']`. */
export interface PathStep {
  readonly name: string
  readonly prefix: string
  readonly namespaceUri: string | null
  readonly where: { readonly attribute: string; readonly value: string } | null
}

/** The small part of XPath that properties are declared with: `./a/b`, `./a/@b`, `./a[@b='c']/d`, and `.` alone. */
export interface XmlPath {
  readonly steps: readonly PathStep[]
  readonly attribute: string | null
}

const STEP = /^(?:([\w-]+):)?([\w.-]+)(?:\[@([\w-]+)='([^']*)'\])?$/

export function parsePath(text: string): XmlPath {
  const [start, ...parts] = text.split('/')
  if (start !== '.') throw new TypeError(`A path starts with '.': ${text}`)
  const last = parts.at(-1)
  const attribute = last?.startsWith('@') === true ? last.slice(1) : null
  const steps = attribute === null ? parts : parts.slice(0, -1)
  return { steps: steps.map((step) => parseStep(step, text)), attribute }
}

function parseStep(step: string, whole: string): PathStep {
  const match = STEP.exec(step)
  const [, prefix = '', name, attribute, value] = match ?? []
  if (name === undefined) throw new TypeError(`Not a step of a path: '${step}' in ${whole}`)
  const where = attribute === undefined || value === undefined ? null : { attribute, value }
  return { name, prefix, namespaceUri: namespaceOf(prefix, whole), where }
}

function namespaceOf(prefix: string, whole: string): string | null {
  if (prefix === '') return null
  const uri = Object.entries(NAMESPACES).find(([known]) => known === prefix)?.[1]
  if (uri === undefined) throw new TypeError(`No namespace is known as '${prefix}': ${whole}`)
  return uri
}

/** `inner`, seen from where `outer` leads. */
export function joinPaths(outer: XmlPath, inner: XmlPath): XmlPath {
  if (outer.steps.length === 0) return inner
  return { steps: [...outer.steps, ...inner.steps], attribute: inner.attribute }
}

export function formatPath(path: XmlPath): string {
  const steps = path.steps.map(({ prefix, name, where }) => {
    const qualified = prefix === '' ? name : `${prefix}:${name}`
    return where === null ? qualified : `${qualified}[@${where.attribute}='${where.value}']`
  })
  return ['.', ...steps, ...(path.attribute === null ? [] : [`@${path.attribute}`])].join('/')
}

export function stepMatches(step: PathStep, element: XmlElement): boolean {
  // An element whose prefix nobody bound has no namespace either, so its whole name is compared there.
  const name = step.namespaceUri === null ? element.name : element.localName
  if (name !== step.name || element.namespaceUri !== step.namespaceUri) return false
  return step.where === null || element.getAttribute(step.where.attribute) === step.where.value
}

/** Every element that the steps lead to, in document order. */
export function findAll(from: XmlElement, steps: readonly PathStep[]): XmlElement[] {
  let found: XmlElement[] = [from]
  for (const step of steps)
    found = found.flatMap((element) => element.elements.filter((child) => stepMatches(step, child)))
  return found
}

/** The first of them: `./a/b` finds the first b even when the first a has none. */
export function findFirst(from: XmlElement, steps: readonly PathStep[], depth = 0): XmlElement | null {
  const step = steps[depth]
  if (step === undefined) return from
  for (const child of from.children) {
    if (child.kind !== 'element' || !stepMatches(step, child)) continue
    const found = findFirst(child, steps, depth + 1)
    if (found !== null) return found
  }
  return null
}
