import { describe, expect, it } from 'vitest'

import { diffLines, withoutRecipe } from './recipe-diff.ts'
import { guestSetupProposal } from '../../../testing/creation-proposals.ts'

const recipe = { packages: ['nginx'], services: ['nginx'] }

describe('a set-up without its recipe', () => {
  it('lacks what the recipe brought, and keeps the rest', () => {
    const setup = {
      ...guestSetupProposal,
      packages: ['qemu-guest-agent', 'nginx'],
      services: ['qemu-guest-agent', 'nginx'],
    }
    expect(withoutRecipe(setup, recipe)).toEqual({
      ...setup,
      packages: ['qemu-guest-agent'],
      services: ['qemu-guest-agent'],
    })
  })

  it('keeps what somebody else wants too, and needs nothing that was taken out', () => {
    const setup = { ...guestSetupProposal, packages: ['nginx', 'nginx'] }
    expect(withoutRecipe(setup, recipe)).toMatchObject({ packages: ['nginx'], services: [] })
  })
})

describe('what is different', () => {
  it('is shown with the lines around it, and what lies between as a gap', () => {
    const before = ['a', 'b', 'c', 'd', 'e', '-', 'f', 'g', 'h', 'i', ''].join('\n')
    const after = ['a', 'b', 'c', 'new', 'd', 'e', '-', 'f', 'g', 'other', 'i', ''].join('\n')
    expect(diffLines(before, after)).toEqual([
      { kind: 'same', text: 'b' },
      { kind: 'same', text: 'c' },
      { kind: 'added', text: 'new' },
      { kind: 'same', text: 'd' },
      { kind: 'same', text: 'e' },
      { kind: 'gap', text: '⋯' },
      { kind: 'same', text: 'f' },
      { kind: 'same', text: 'g' },
      { kind: 'removed', text: 'h' },
      { kind: 'added', text: 'other' },
      { kind: 'same', text: 'i' },
    ])
  })

  it('is nothing between equal texts, and a missing end of the last line is no line', () => {
    expect(diffLines('a\n', 'a\n')).toEqual([])
    expect(diffLines('a', 'a\nb')).toEqual([
      { kind: 'removed', text: 'a' },
      { kind: 'added', text: 'a' },
      { kind: 'added', text: 'b' },
    ])
  })
})
