import fc from 'fast-check'
import { expect, it } from 'vitest'

import { backoffMs } from './backoff.ts'

it('waits a quarter of a second at first, twice as long each time, and ten seconds at most', () => {
  const middle = () => 0.5
  expect([0, 1, 2, 3, 4, 5, 6, 1000].map((failures) => backoffMs(failures, middle))).toEqual([
    250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000,
  ])
})

it('strays by a quarter, so that clients do not return together', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const middle = backoffMs(failures, () => 0.5)
      const waited = backoffMs(failures, () => chance)
      expect(waited).toBeGreaterThanOrEqual(Math.floor(middle * 0.75))
      expect(waited).toBeLessThanOrEqual(Math.ceil(middle * 1.25))
    }),
  )
})
