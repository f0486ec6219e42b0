import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corpus, declaredMembers, type Occurrence, occurrences, open, says } from '../../testing/xml-corpus.ts'
import { facts } from '../../testing/xml-facts.ts'
import { type XmlElement } from './index.ts'
import { parsePath } from './xml-path.ts'

/** The other parser, by which documents are compared, refuses prefixes that are not bound. */
const comparable = corpus.filter(({ name }) => name !== 'hard/unbound-prefix.xml')

/** A value of the same kind that says something else. */
function another(occurrence: Occurrence): unknown {
  const { property, place } = occurrence
  const value = property.read(place)
  switch (property.kind) {
    case 'integer':
    case 'kibibytes':
    case 'bytes':
      return typeof value === 'number' && value > 0 ? value - 1 : 7
    case 'flag':
    case 'claim':
      return value !== true
    case 'texts':
      return Array.isArray(value) ? [...(value as string[]).slice(1), 'a <new> one', 'and "another"'] : []
    default:
      return value === 'changed & <new>' ? 'changed' : 'changed & <new>'
  }
}

/** How the comparison names an element. */
function pathOf(element: XmlElement): string {
  const siblings = element.parent?.elements.filter(({ name }) => name === element.name) ?? [element]
  const own = `/${element.name}[${siblings.indexOf(element) + 1}]`
  return element.parent === null ? own : pathOf(element.parent) + own
}

const escaped = (text: string) => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')

/**
 * Matches facts that a change of this one property may touch: those of its own node, of what is inside when the node is
 * an element, the unit beside a size, and that the elements which lead to it exist, where before was white space at most.
 */
function reach({ property, place }: Occurrence): RegExp {
  const own = parsePath(property.path)
  const steps = [...place.path.steps, ...own.steps].map(({ name }) => `/(?:[\\w-]+:)?${escaped(name)}\\[\\d+\\]`)
  const layout = '/text\\(\\)="(?:\\\\[nrt]| )*"'
  const leading = steps.map((_step, index) => `${steps.slice(0, index + 1).join('')}(?: in .*|/@name=.*|${layout})`)
  const target = steps.join('')
  const node = own.attribute === null ? `${target}(?:/.*| in .*)` : `${target}/@${own.attribute}=.*`
  const holders = property.kind === 'texts' ? [`${target}(?:/.*| in .*)`] : []
  const unit = ['kibibytes', 'bytes'].includes(property.kind) ? [`${target}/@unit=.*`] : []
  return new RegExp(
    `^${escaped(pathOf(place.element))}(?:${[node, layout, ...holders, ...unit, ...leading].join('|')})$`,
    's',
  )
}

function difference(before: readonly string[], after: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const fact of before) left.set(fact, (left.get(fact) ?? 0) + 1)
  const added = after.filter((fact) => {
    const count = left.get(fact) ?? 0
    left.set(fact, count - 1)
    return count <= 0
  })
  return [...added, ...[...left].filter(([, count]) => count > 0).map(([fact]) => fact)]
}

/** Changes one property of a fresh copy, and checks what changed, and what changes when it is taken back. */
function checkChange(text: string, index: number): void {
  const document = open(text)
  const occurrence = occurrences(document)[index]
  if (occurrence === undefined) throw new TypeError(`There is no occurrence ${index}`)
  const { property, place, member } = occurrence
  const old = property.read(place)
  const wanted = another(occurrence)
  const allowed = reach(occurrence)
  const before = facts(text)

  property.write(place, wanted)
  expect(property.read(place), member).toEqual(wanted)
  const changed = difference(before, facts(document.toString()))
  expect(changed.length, `${member} changed nothing`).toBeGreaterThan(0)
  expect(
    changed.filter((fact) => !allowed.test(fact)),
    `${member} changed more than itself`,
  ).toEqual([])

  property.write(place, old)
  expect(property.read(place), member).toEqual(old)
  const left = difference(before, facts(document.toString()))
  expect(
    left.filter((fact) => !allowed.test(fact)),
    `${member} left traces`,
  ).toEqual([])
}

describe('a declared property', { timeout: 120_000 }, () => {
  test('is exercised by the corpus, each of them', () => {
    const seen = new Set(
      corpus.flatMap(({ text }) =>
        occurrences(open(text))
          .filter(says)
          .map(({ member }) => member),
      ),
    )
    const values = [...declaredMembers()].filter((member) => valueMembers.has(member))
    expect(values.length).toBeGreaterThan(300)
    expect(values.filter((member) => !seen.has(member))).toEqual([])
  })

  test.each(corpus)('of $name, set to its own value, changes no character', ({ text }) => {
    const document = open(text)
    for (const { property, place, member } of occurrences(document)) {
      property.write(place, property.read(place))
      expect(document.toString() === text, member).toBe(true)
    }
  })

  test('changes its own node and nothing else, where it is present and where it is not', () => {
    // The shortest document that shows each case keeps hundreds of comparisons quick.
    const cases = new Map<string, { text: string; index: number }>()
    for (const { text } of comparable.toSorted((a, b) => a.text.length - b.text.length)) {
      for (const [index, occurrence] of occurrences(open(text)).entries()) {
        const key = `${occurrence.member} ${says(occurrence)}`
        if (!cases.has(key)) cases.set(key, { text, index })
      }
    }
    expect(cases.size).toBeGreaterThan(500)
    for (const { text, index } of cases.values()) checkChange(text, index)
  })

  test('changes nothing else in any document', () => {
    const all = comparable
      .filter(({ text }) => text.length < 12_000)
      .map(({ text }) => ({ text, count: occurrences(open(text)).length }))
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.nat(), ({ text, count }, at) => {
        checkChange(text, at % count)
      }),
      { numRuns: 300 },
    )
  })
})

/** Parts and lists say something only through the values in them. */
const valueMembers = new Set(corpus.flatMap(({ text }) => occurrences(open(text)).map(({ member }) => member)))
