import { cpuUsage } from 'node:process'

import { describe, expect, it } from 'vitest'

import { list } from './composition.ts'
import { XmlDocument } from './xml-document.ts'
import type { XmlElement } from './xml-element.ts'
import { xmlObject } from './xml-object.ts'

/** Of the processor, so that a busy machine does not count; the least of three, so that a collection of garbage does not. */
function leastCpuMicros(work: () => void): number {
  const times = [1, 2, 3].map(() => {
    const before = cpuUsage()
    work()
    return cpuUsage(before).user
  })
  return Math.min(...times)
}

/** What grew with the square of the size took some hundred times as long. */
const mostTimes = 15

class Any extends xmlObject({}) {}
const all = (root: XmlElement, path: string) =>
  list(path, Any).read({ element: root, path: { steps: [], attribute: null } })

describe('the work', () => {
  it('of looking prefixes up is that of reading the text, however many are bound around them', () => {
    const textOf = (prefix: string) => {
      const attributes = Array.from({ length: 40_000 }, (_, index) => ` ${prefix}p${index}="urn:${index}"`).join('')
      return `<a${attributes}>${'<x:b/>'.repeat(40_000)}</a>`
    }
    const [bound, plain] = [textOf('xmlns:'), textOf('other-')]
    const plainMicros = leastCpuMicros(() => XmlDocument.parse(plain))
    expect(leastCpuMicros(() => XmlDocument.parse(bound)) / plainMicros).toBeLessThan(mostTimes)
  })

  it.each([
    ['', '\n  <b/>', './b'],
    [', also where those around them go too', '\n  <c>\n    <b/>\n  </c>', './c/b'],
  ])('of taking many elements out is that of reading them%s', (_where, item, path) => {
    const text = `<a>${item.repeat(30_000)}\n</a>`
    const readMicros = leastCpuMicros(() => XmlDocument.parse(text))
    const wholeMicros = leastCpuMicros(() => {
      const { root } = XmlDocument.parse(text)
      const found = all(root, path)
      found.removeAll([...found])
      expect(root.toString()).toBe('<a/>')
    })
    expect(wholeMicros / readMicros).toBeLessThan(mostTimes)
  })
})

describe('a namespace', () => {
  it('ends with the element that declares it, and what it hid is there again', () => {
    const { root } = XmlDocument.parse(
      '<a xmlns="urn:1" xmlns:p="urn:2"><p:b xmlns="" xmlns:p="urn:3"><c/><p:d/></p:b><c/><p:e/><q:f xmlns:q="urn:4"/><q:g/></a>',
    )
    const uris = (element: XmlElement): (string | null)[] => [element.namespaceUri, ...element.elements.flatMap(uris)]
    expect(uris(root)).toEqual(['urn:1', 'urn:3', null, 'urn:3', 'urn:1', 'urn:2', 'urn:4', null])
  })
})

describe('a text of a stranger', () => {
  it('is refused with more elements, or more attributes of one, than it may have', () => {
    const limits = { maxElements: 3, maxAttributes: 2 }
    expect(() => XmlDocument.parse('<a><b/><c/></a>', limits)).not.toThrow()
    expect(() => XmlDocument.parse('<a><b/><c/>\n<d/></a>', limits)).toThrow('More than 3 elements (line 2, column 1)')
    expect(() => XmlDocument.parse('<a b="" c="" d=""/>', limits)).toThrow('More than 2 attributes')
  })
})
