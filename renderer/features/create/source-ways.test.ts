import { describe, expect, it } from 'vitest'
import { creationOffers } from '../../testing/creation-offers.ts'
import { mediaChoice, withSource } from './choice.ts'
import { fitOf } from './source-fit.ts'
import { sourceWays } from './source-ways.ts'

describe('the ways to use a disk image', () => {
  const found = creationOffers.media.find(({ content }) => content === 'disk-image')
  const choice = found === undefined ? null : mediaChoice(found)
  if (choice === null) throw new Error('No disk image is offered.')
  const [way] = sourceWays(choice)

  it('are three, of which copying is the first', () => {
    expect(way?.value).toBe('copy')
    expect(way?.choices.map(({ value }) => value)).toEqual(['copy', 'move', 'in-place'])
  })

  it.each([
    ['copy', /stays as it is/, true],
    ['move', /disappears from where it is/, false],
    ['in-place', /stays where it is/, false],
  ])('say what becomes of the file: %s', (answer, words, hasSize) => {
    const used = withSource(choice, way?.answered(answer) ?? choice.source)
    expect(sourceWays(used)[0]?.explanation).toMatch(words)
    expect(fitOf(used?.source ?? null).ownDisk).toBe(hasSize)
  })
})
