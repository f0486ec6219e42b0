import type { Said } from '@strata/contract/words/said.ts'
import { expect } from 'vitest'

const isSaid = (value: unknown): value is Said =>
  typeof value === 'object' && value !== null && 'key' in value && 'values' in value && 'english' in value

// A sentence is expected by its English words: what is said is then read in the test, and the key is the catalogue's matter.
expect.addEqualityTesters([
  (one: unknown, other: unknown) => {
    if (isSaid(one) && typeof other === 'string') return one.english === other
    if (isSaid(other) && typeof one === 'string') return other.english === one
    return undefined
  },
])
