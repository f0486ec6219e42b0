import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { say } from './say.ts'
import { mostEnglishCharacters, mostValueCharacters, said, storedSaid, unkeyed } from './said.ts'

describe('a sentence that the engine says', () => {
  it('has its key, its values and its English', () => {
    const sentence = say('files.thereNoFile', { path: '/a.iso' })
    expect(sentence).toMatchObject({ key: 'files.thereNoFile', values: { path: '/a.iso' } })
    expect(sentence.english).toContain('/a.iso')
  })

  it('crosses the contract whatever a name holds, and however long it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.integer({ min: 1, max: 20_000 }), (piece, times) => {
        const sentence = say('files.thereNoFile', { path: piece.repeat(times) })
        expect(said.parse(sentence)).toEqual(sentence)
      }),
    )
    const long = say('files.thereNoFile', { path: 'x'.repeat(100_000) })
    expect(long.values['path']).toHaveLength(mostValueCharacters)
    expect(unkeyed('x'.repeat(100_000)).english).toHaveLength(mostEnglishCharacters)
  })

  it('is read from a file that a former Strata wrote as its English only', () => {
    expect(storedSaid.parse('Renamed')).toEqual(unkeyed('Renamed'))
    const sentence = say('files.thereNoFile', { path: '/a.iso' })
    expect(storedSaid.parse(JSON.parse(JSON.stringify(sentence)))).toEqual(sentence)
  })
})
