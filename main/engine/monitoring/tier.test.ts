import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { emptyRow, type SeriesRow } from './series-row.ts'
import { StepAccumulator, tierMeasures } from './tier.ts'

const row = (value: number): SeriesRow => emptyRow.map(() => value)

describe('the tiers', () => {
  it('keep ten minutes, two hours, two days and ninety days', () => {
    const spans = Object.values(tierMeasures).map(({ stepMs, capacity }) => stepMs * capacity)
    expect(spans).toEqual([600_000, 7_200_000, 172_800_000, 7_776_000_000])
  })
})

describe('the samples of one step', () => {
  it('come to their least, mean and most, of what was known', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.float({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 20 }),
        (values) => {
          const accumulator = new StepAccumulator(1_000)
          for (const value of values) expect(accumulator.add(500, row(value ?? Number.NaN))).toBeNull()
          const known = values.filter((value) => value !== null)
          const [least, mean, most] = Array.from(accumulator.current()?.values ?? [])
          if (known.length === 0) expect([least, mean, most]).toEqual([Number.NaN, Number.NaN, Number.NaN])
          else {
            expect(least).toBe(Math.min(...known))
            expect(most).toBe(Math.max(...known))
            expect(mean).toBeCloseTo(known.reduce((sum, value) => sum + value, 0) / known.length, 5)
          }
        },
      ),
    )
  })

  it('are finished by the first sample of another step', () => {
    const accumulator = new StepAccumulator(10_000)
    expect(accumulator.current()).toBeNull()
    accumulator.add(10_000, row(0.25))
    accumulator.add(19_999, row(0.75))
    const finished = accumulator.add(40_000, row(1))
    expect(finished?.step).toBe(1)
    expect([...Array.from(finished?.values ?? []).slice(0, 3)]).toEqual([0.25, 0.5, 0.75])
    expect(accumulator.current()?.step).toBe(4)
    expect([...Array.from(accumulator.current()?.values ?? []).slice(0, 3)]).toEqual([1, 1, 1])
  })
})
