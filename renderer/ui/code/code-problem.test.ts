import { Text } from '@codemirror/state'
import { describe, expect, it } from 'vitest'

import { lineRange, problemMarks } from './code-problem.ts'

describe('problems in a text', () => {
  const doc = Text.of(['<domain>', '  <name>taken</nam>', '', '</domain>'])

  it('are marked from the first letter of their line to its end', () => {
    const { from, to } = lineRange(doc, 2)
    expect(doc.sliceString(from, to)).toBe('<name>taken</nam>')
    expect(lineRange(doc, 3)).toEqual({ from: 29, to: 29 })
  })

  it('stay inside a text that became shorter meanwhile', () => {
    expect(lineRange(doc, 400)).toEqual(lineRange(doc, 4))
    expect(lineRange(Text.empty, 7)).toEqual({ from: 0, to: 0 })
  })

  it('come in the order of the text; one without a line marks nothing', () => {
    const marks = problemMarks(doc, [
      { message: 'later', line: 4 },
      { message: 'of the whole', line: null },
      { message: 'earlier', line: 2 },
    ])
    expect(marks.map(({ message }) => message)).toEqual(['earlier', 'later'])
  })
})
