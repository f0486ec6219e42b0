import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { compilePattern } from './pattern.ts'

const found = (pattern: string, text: string) => compilePattern(pattern)?.isIn(text)

describe('a pattern', () => {
  it.each([
    ['Debian 1\\d.\\d+.\\d+ amd64 n', 'Debian 12.5.0 amd64 n', true],
    ['Debian 1\\d.\\d+.\\d+ amd64 n', 'Debian 12.5.0 arm64 n', false],
    ['amd64', 'Debian 12.5.0 amd64 n', true],
    ['^amd64', 'Debian 12.5.0 amd64 n', false],
    ['x86$', 'alpine-std 3.17.0 x86', true],
    ['x86$', 'alpine-std 3.17.0 x86_64', false],
    ['Ubuntu 22.04(.\\d\\+?)?(.\\d\\+?)? LTS amd64', 'Ubuntu 22.04.3 LTS amd64', true],
    ['(J_)?(CCSN?A|C?CCOMA)_X64FREE?_', 'J_CCSNA_X64FRE_EN-GB', true],
    ['Fedora-.*-Live-(3[8-9]|[4-9][0-9]).*', 'Fedora-WS-Live-41-1-4', true],
    ['Fedora-.*-Live-(3[8-9]|[4-9][0-9]).*', 'Fedora-WS-Live-37-1-7', false],
    ['ARCH_\\d{6}', 'ARCH_202212', true],
    ['ARCH_\\d{6}', 'ARCH_20221', false],
    ['[^a-c-]', 'a-b', false],
    ['', 'anything', true],
    ['a{2,3}b', 'ab', false],
    ['a{', 'a{', true],
  ] as const)('%s in %s: %s', (pattern, text, expected) => {
    expect(found(pattern, text)).toBe(expected)
  })

  it.each(['(?!a)b', 'a++', '(a)\\1', '(a', 'a)', '[a', '*a', '\\bword', 'a{3,2}', '[z-a]', `${'('.repeat(100)}a`])(
    'that cannot be matched in linear time, or is broken, is refused: %s',
    (pattern) => {
      expect(compilePattern(pattern)).toBeNull()
    },
  )

  it('finds what JavaScript finds', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '1', '\\.')
    const tail = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,}', '{0,2}', '*?')
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 3 },
        fc.tuple(atom, tail).map((parts) => parts.join('')),
        fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('')),
        fc.tuple(tie('pattern'), tie('pattern')).map((parts) => `(?:${parts.join('|')})`),
        fc.tuple(tie('pattern'), tail).map(([inner, count]) => `(${inner})${count}`),
      ),
    }))
    const anchored = fc
      .tuple(fc.constantFrom('', '^'), pattern, fc.constantFrom('', '$'))
      .map((parts) => parts.join(''))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.'), maxLength: 8 })
    fc.assert(
      fc.property(anchored, text, (source, words) => {
        expect(found(source, words)).toBe(new RegExp(source).test(words))
      }),
      { numRuns: 2000 },
    )
  })

  it('that would keep JavaScript busy for years is answered', () => {
    for (const bomb of ['^(a+)+$', '^(a|a)*$', '^(a?){30}a{30}$', '(.*.*.*.*.*)*x', '^((a*)*)*$']) {
      // Tried one way after the other, each of these would outlast the test by years.
      expect(found(bomb, `${'a'.repeat(127)}!`)).toBe(false)
    }
  })

  it('that would need more memory than any real one is refused', () => {
    expect(compilePattern('((a{999}){999}){999}')).toBeNull()
    expect(compilePattern('a'.repeat(5000))).toBeNull()
  })

  it('does not look at a text longer than any field of an ISO', () => {
    expect(found('a', 'a'.repeat(100_000))).toBe(false)
  })
})

it('of the database is understood, save one that looks ahead', () => {
  const patterns = new Set<string>()
  const folder = '/usr/share/osinfo/os'
  for (const vendor of readdirSync(folder)) {
    for (const name of readdirSync(join(folder, vendor)).filter((each) => each.endsWith('.xml'))) {
      const text = readFileSync(join(folder, vendor, name), 'utf8')
      for (const [, pattern = ''] of text.matchAll(/<(?:volume|system|publisher|application)-id>([^<]*)</g))
        patterns.add(pattern.trim())
    }
  }
  const refused = [...patterns].filter((pattern) => compilePattern(pattern) === null)
  expect(patterns.size).toBeGreaterThan(1500)
  expect(refused.filter((pattern) => !pattern.includes('(?!'))).toEqual([])
})
