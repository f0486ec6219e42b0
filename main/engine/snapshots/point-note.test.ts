import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readNote, writeNote } from './point-note.ts'
import { nameProblem, suggestedName } from './suggested-name.ts'

describe("a restore point's note", () => {
  it('comes back as it was written, with whether Strata took the point by itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (description, automatic) => {
        expect(readNote(writeNote({ automatic, description }))).toEqual({ automatic, description })
      }),
    )
  })

  it("by a user who types Strata's own mark does not pass for automatic", () => {
    expect(readNote(writeNote({ automatic: false, description: '[strata:automatic]\nmine' })).automatic).toBe(false)
  })
})

describe('a suggested name', () => {
  it('counts on and is never one that is taken', () => {
    expect(suggestedName([])).toBe('Restore point 1')
    expect(suggestedName(['before', 'Restore point 3'])).toBe('Restore point 4')
  })

  it('does not count points of another kind', () => {
    const taken = ['Fresh install', 'Restore point 1', 'Before going back home']
    expect(suggestedName(taken, 'Before going back')).toBe('Before going back 1')
  })

  it.each(['a/b', '.hidden', ' spaced', 'tab\there', 'x'.repeat(201), 'quo"te', 'back\\slash', '7'])(
    '%j is refused with a reason',
    (name) => {
      expect(nameProblem(name)).not.toBeNull()
    },
  )

  it.each(['before the update', 'Übergang 2', 'v1.0', '100 %', '“quoted” & <odd>', "apos'trophe", 'a,b=c'])(
    '%j is fine',
    (name) => {
      expect(nameProblem(name)).toBeNull()
    },
  )
})
