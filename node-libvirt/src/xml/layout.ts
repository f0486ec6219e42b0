import type { XmlElement } from './xml-element.ts'
import { XmlCharacters, type XmlNode } from './xml-node.ts'

/** How lines are broken and indented before a node: from its last line break on, or null when it does not begin a line. */
function indentBefore(nodes: readonly XmlNode[], index: number): string | null {
  const previous = nodes[index - 1]
  if (!(previous instanceof XmlCharacters) || previous.kind !== 'text') return null
  return /(?:\r\n|\r|\n)[ \t]*$/.exec(previous.raw)?.[0] ?? null
}

/** Null when the element does not stand on a line of its own; the root always does. */
function indentOf(element: XmlElement): string | null {
  if (element.parent === null) return lineBreakOf(element)
  return indentBefore(element.parent.children, element.parent.children.indexOf(element))
}

/** The line break in use, looked up at the first one there is. */
function lineBreakOf(root: XmlElement): string {
  const text = root.children.find((child) => child instanceof XmlCharacters)
  return /\r\n|\r|\n/.exec(text?.raw ?? '')?.[0] ?? '\n'
}

/** What one level adds to the indentation, learned from the root's first child; libvirt's own two spaces when there is none. */
function indentUnit(element: XmlElement): string {
  let root = element
  while (root.parent !== null) root = root.parent
  const first = root.children.findIndex((child) => child.kind === 'element')
  const indent = first < 0 ? null : indentBefore(root.children, first)
  return indent === null ? '  ' : indent.replace(/[\r\n]/g, '')
}

/** Puts `child` in front of the child at `index` (or last), laid out as its neighbours are. */
export function insertLaidOut(parent: XmlElement, child: XmlElement, index: number): void {
  child.parent = parent
  const isBare = parent.children.every((each) => each instanceof XmlCharacters && each.isLayout)
  if (isBare) {
    fillBare(parent, child)
    return
  }
  const next = parent.children[index]
  const indent = next?.kind === 'element' ? indentBefore(parent.children, index) : null
  if (indent !== null) parent.children.splice(index, 0, child, new XmlCharacters('text', indent))
  else insertAfterLast(parent, child, index)
}

function fillBare(parent: XmlElement, child: XmlElement): void {
  const outer = indentOf(parent)
  if (outer === null) parent.children = [child]
  else
    parent.children = [new XmlCharacters('text', outer + indentUnit(parent)), child, new XmlCharacters('text', outer)]
}

/** After the element before `index`, past a comment that shares its line. */
function insertAfterLast(parent: XmlElement, child: XmlElement, index: number): void {
  const before = parent.children.slice(0, index).findLastIndex((each) => each.kind === 'element')
  if (before < 0) {
    parent.children.splice(index, 0, child)
    return
  }
  const indent = indentBefore(parent.children, before)
  let at = before + 1
  while (sharesLine(parent.children, at)) at += 1
  const layout: XmlNode[] = indent === null ? [] : [new XmlCharacters('text', indent)]
  parent.children.splice(at, 0, ...layout, child)
}

function sharesLine(nodes: readonly XmlNode[], at: number): boolean {
  const node = nodes[at]
  if (node?.kind === 'comment') return true
  return node instanceof XmlCharacters && /^[ \t]*$/.test(node.raw) && nodes[at + 1]?.kind === 'comment'
}

/** Takes elements of one parent out together with the lines that they stood on, in one pass however many they are. */
export function removeLaidOut(parent: XmlElement, gone: ReadonlySet<XmlNode>): void {
  const kept: XmlNode[] = []
  for (const child of parent.children) {
    if (!gone.has(child)) {
      kept.push(child)
      continue
    }
    const previous = kept.at(-1)
    const indent = indentBefore(kept, kept.length)
    if (indent !== null && previous instanceof XmlCharacters) previous.raw = previous.raw.slice(0, -indent.length)
    if (child.kind === 'element') child.parent = null
  }
  parent.children = kept.filter((each) => !(each instanceof XmlCharacters && each.kind === 'text' && each.raw === ''))
  if (parent.children.every((each) => each instanceof XmlCharacters && each.isLayout)) {
    parent.children = []
    parent.collapses = true
  }
}
