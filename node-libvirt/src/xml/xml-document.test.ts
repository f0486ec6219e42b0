import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corpus } from '../../testing/xml-corpus.ts'
import { rootFacts, treeFacts } from '../../testing/xml-facts.ts'
import { XmlDocument, XmlError } from './index.ts'

function errorOf(text: string): XmlError {
  try {
    XmlDocument.parse(text)
  } catch (error) {
    if (error instanceof XmlError) return error
    throw error
  }
  throw new Error(`was taken for XML: ${text}`)
}

describe('a document', () => {
  test('the corpus has at least sixty different ones', () => {
    expect(new Set(corpus.map(({ text }) => text)).size).toBeGreaterThanOrEqual(60)
  })

  test.each(corpus)('$name is written as it was read, to the character', ({ text }) => {
    expect(XmlDocument.parse(text).toString()).toBe(text)
  })

  test.each(corpus.filter(({ name }) => name !== 'hard/unbound-prefix.xml'))(
    '$name says what another parser reads in it',
    ({ text }) => {
      expect(treeFacts(XmlDocument.parse(text).root)).toEqual(rootFacts(text))
    },
  )

  test.each([
    ['<domain>\n  <name>x</nam>\n</domain>', 2, 10],
    ['<a>\r\n<b>\r\n</a>', 3, 1],
    ['<a>\r<b c=1/></a>', 2, 6],
    ['', 1, 1],
    ['  \n ', 2, 2],
    ['<a>', 1, 1],
    ['<a><b></a>', 1, 7],
    ['</a>', 1, 1],
    ['<a/>x', 1, 5],
    ['x<a/>', 1, 1],
    ['<a/><b/>', 1, 5],
    ['<a>1 & 2</a>', 1, 6],
    ['<a>&nbsp;</a>', 1, 4],
    ['<a>&#0;</a>', 1, 4],
    ['<a>&#xD800;</a>', 1, 4],
    ['<a>&#1114112;</a>', 1, 4],
    ['<a>&amp</a>', 1, 4],
    ['<a b="&"/>', 1, 7],
    ['<a b="<"/>', 1, 7],
    ['<a b="1" b="2"/>', 1, 10],
    ['<a b="1"c="2"/>', 1, 9],
    ['<a b/>', 1, 5],
    ['<a b="1/>', 1, 6],
    ['<a ', 1, 1],
    ['<a/ >', 1, 3],
    ['< a/>', 1, 2],
    ['<1/>', 1, 2],
    ['<a>]]></a>', 1, 4],
    ['<a><![CDATA[x</a>', 1, 4],
    ['<![CDATA[x]]><a/>', 1, 1],
    ['<a><!-- x -- y --></a>', 1, 11],
    ['<a><!-- x', 1, 4],
    ['<a><!x></a>', 1, 4],
    ['<a><?xml version="1.0"?></a>', 1, 4],
    [' <?xml version="1.0"?><a/>', 1, 2],
    ['<?xml version="2.0"?><a/>', 1, 1],
    ['<?xml encoding="utf-8"?><a/>', 1, 1],
    ['<a><?b</a>', 1, 4],
    ['<a><??></a>', 1, 4],
    ['<a>\u0001</a>', 1, 4],
    ['<a>\uFFFE</a>', 1, 4],
    ['<a>\uD83D</a>', 1, 4],
    ['<a/><!DOCTYPE a>', 1, 5],
  ])('%j is refused at line %i, column %i', (text, line, column) => {
    const error = errorOf(text)
    expect([error.line, error.column]).toEqual([line, column])
    expect(error.message).toBe(`${error.problem} (line ${line}, column ${column})`)
  })

  test.each([
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    '<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>',
    '<!DOCTYPE a []><a/>',
  ])('%j is refused, because it declares something', (text) => {
    expect(errorOf(text).problem).toContain('refused')
  })

  test('that is longer than allowed is refused before it is read', () => {
    expect(() => XmlDocument.parse(`<a>${'x'.repeat(4 * 1024 * 1024)}`)).toThrow('Longer than 4194304')
    expect(() => XmlDocument.parse('<a></a>', { maxLength: 6 })).toThrow(XmlError)
    expect(XmlDocument.parse('<a></a>', { maxLength: 7 }).toString()).toBe('<a></a>')
  })

  test('that is nested deeper than libxml2 reads is refused', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
    expect(XmlDocument.parse(nested(256)).toString()).toBe(nested(256))
    expect(errorOf(nested(257)).problem).toContain('deeper than 256')
    expect(() => XmlDocument.parse('<a>'.repeat(1_000_000))).toThrow(XmlError)
  })

  // Quadratic work on these would take minutes, and the test its time-out.
  test(
    'full of attributes, references, comments or unclosed ends is read or refused in no time',
    { timeout: 15_000 },
    () => {
      const attributes = `<a ${Array.from({ length: 100_000 }, (_, index) => `b${index}="&#65;"`).join(' ')}/>`
      expect(XmlDocument.parse(attributes).root.getAttribute('b99999')).toBe('A')
      expect(XmlDocument.parse(`<a>${'&lt;'.repeat(200_000)}</a>`).root.text).toHaveLength(200_000)
      expect(XmlDocument.parse(`<a>${'<!---->'.repeat(200_000)}</a>`).root.children).toHaveLength(200_000)
      expect(errorOf('<a><![CDATA['.repeat(200_000)).problem).toContain('no end')
      expect(errorOf(`<a>${' \n'.repeat(200_000)}`).problem).toContain('never closed')
    },
  )
})

// Many runs, on machines that may be busy with other tests.
describe('arbitrary text', { timeout: 60_000 }, () => {
  const check = (text: string) => {
    try {
      const document = XmlDocument.parse(text)
      if (document.toString() !== text) throw new Error(`was written differently: ${JSON.stringify(text)}`)
      return document
    } catch (error) {
      if (!(error instanceof XmlError) || error.line < 1 || error.column < 1) throw error
      return null
    }
  }

  test('is a document or an XmlError, nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void check(text)),
      { numRuns: 500 },
    )
    const pieces = fc.constantFrom(
      ...[
        '<a>',
        '</a>',
        '<b c="d"/>',
        "<e f='",
        '<',
        '>',
        '&',
        ';',
        '&lt;',
        '&#65;',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '<?',
        '?>',
        '<?xml version="1.0"?>',
        '<!DOCTYPE a>',
        '=',
        '"',
        "'",
        '/',
        ' ',
        '\r\n',
        'x',
        'xmlns:p="u"',
        '<p:q>',
        '😀',
        '\uFEFF',
      ],
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => void check(parts.join(''))),
      { numRuns: 3000 },
    )
  })

  test('made by damaging a real document is refused, or says what another parser reads in it', () => {
    const small = corpus.filter(({ text }) => text.length < 3000)
    const damage = fc.record({
      document: fc.constantFrom(...small),
      at: fc.nat(),
      drop: fc.nat({ max: 3 }),
      insert: fc.constantFrom(
        '',
        '<',
        '>',
        '&',
        '"',
        "'",
        ' ',
        '/',
        '-',
        ']',
        'x',
        '&amp;',
        '<x/>',
        '\r',
        '<!---->',
        '😀',
      ),
    })
    fc.assert(
      fc.property(damage, ({ document, at, drop, insert }) => {
        const start = at % document.text.length
        const text = document.text.slice(0, start) + insert + document.text.slice(start + drop)
        const read = check(text)
        const others = read === null ? null : factsIfReadable(text)
        if (read !== null && others !== null) expect(treeFacts(read.root)).toEqual(others)
      }),
      { numRuns: 600 },
    )
  })
})

/** The other parser refuses prefixes that are not bound, which libvirt takes. */
function factsIfReadable(text: string): string[] | null {
  try {
    return rootFacts(text)
  } catch {
    return null
  }
}
