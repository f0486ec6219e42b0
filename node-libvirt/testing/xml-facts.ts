import { DOMParser, type Element, type Node } from '@xmldom/xmldom'
import { type XmlElement } from '../src/xml/index.ts'

/**
 * What a document says, as another parser reads it, in a form that two documents can be compared by: one line for each
 * element, attribute, text, comment and instruction, with its path. Layout between elements says nothing.
 */
export function facts(text: string): string[] {
  const parser = new DOMParser({
    onError: (_level, message) => {
      throw new Error(message)
    },
    normalizeLineEndings: (source) => source.replace(/\r\n?/g, '\n'),
  })
  const document = parser.parseFromString(text.replace(/^\uFEFF/, ''), 'application/xml')
  return [...document.childNodes].flatMap((node) => factsOf(node, '', 1))
}

function factsOf(node: Node, parent: string, index: number): string[] {
  if (node.nodeType === node.COMMENT_NODE) return [`${parent}/comment()=${node.nodeValue ?? ''}`]
  if (node.nodeType === node.PROCESSING_INSTRUCTION_NODE) return [`${parent}/?${node.nodeName}=${node.nodeValue ?? ''}`]
  if (node.nodeType !== node.ELEMENT_NODE) return []
  const element = node as Element
  const path = `${parent}/${element.nodeName}[${index}]`
  const attributes = [...element.attributes].filter(({ name }) => name !== 'xmlns' && !name.startsWith('xmlns:'))
  return [
    `${path} in ${element.namespaceURI ?? 'no namespace'}`,
    ...attributes.map(({ name, value }) => `${path}/@${name}=${JSON.stringify(value)}`).toSorted(),
    ...wordsOf(element, path),
    ...childFacts(element, path),
  ]
}

function childFacts(element: Element, path: string): string[] {
  const counts = new Map<string, number>()
  return [...element.childNodes].flatMap((child) => {
    const index = (counts.get(child.nodeName) ?? 0) + 1
    counts.set(child.nodeName, index)
    return factsOf(child, path, index)
  })
}

function wordsOf(element: Element, path: string): string[] {
  const nodes = [...element.childNodes]
  const words = nodes
    .filter((node) => node.nodeType === node.TEXT_NODE || node.nodeType === node.CDATA_SECTION_NODE)
    .map((node) => node.nodeValue ?? '')
    .join('')
  const isLayout = words.trim() === '' && nodes.some((node) => node.nodeType !== node.TEXT_NODE)
  return words === '' || isLayout ? [] : [`${path}/text()=${JSON.stringify(words)}`]
}

/** The facts of the root element alone, without what stands around it. */
export function rootFacts(text: string): string[] {
  return facts(text).filter((fact) => !/^\/(comment\(\)|\?)/.test(fact))
}

/** The same facts, as our own tree has them. */
export function treeFacts(element: XmlElement, parent = '', index = 1): string[] {
  const path = `${parent}/${element.name}[${index}]`
  const names = element.attributes
    .map(({ name }) => name)
    .filter((name) => name !== 'xmlns' && !name.startsWith('xmlns:'))
  const isLayout = element.text.trim() === '' && element.children.some((child) => child.kind !== 'text')
  return [
    `${path} in ${element.namespaceUri ?? 'no namespace'}`,
    ...names.map((name) => `${path}/@${name}=${JSON.stringify(element.getAttribute(name))}`).toSorted(),
    ...(element.text === '' || isLayout ? [] : [`${path}/text()=${JSON.stringify(element.text)}`]),
    ...treeChildFacts(element, path),
  ]
}

function treeChildFacts(element: XmlElement, path: string): string[] {
  const counts = new Map<string, number>()
  return element.children.flatMap((child) => {
    if (child.kind === 'comment') return [`${path}/comment()=${lines(child.raw.slice(4, -3))}`]
    if (child.kind === 'instruction') return [instructionFact(child.raw, path)]
    if (child.kind !== 'element') return []
    const index = (counts.get(child.name) ?? 0) + 1
    counts.set(child.name, index)
    return treeFacts(child, path, index)
  })
}

function instructionFact(raw: string, path: string): string {
  const [, target = '', data = ''] = /^<\?(\S+?)(?:[ \t\r\n]+([^]*))?\?>$/.exec(raw) ?? []
  return `${path}/?${target}=${lines(data)}`
}

function lines(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}
