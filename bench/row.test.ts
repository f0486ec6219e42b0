import { describe, expect, it } from 'vitest'

import { median, meetsGoal, rowAgainst, takeTurns, type BenchEntry } from './row.ts'

const entry = (over: Partial<BenchEntry>): BenchEntry => ({
  name: 'x',
  goal: 0.5,
  better: 'less',
  judged: 'ratio',
  measure: () => Promise.reject(new Error('not measured here')),
  ...over,
})

describe('a bench row', () => {
  it('takes the middle, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([1, 2, 3, 10])).toBe(2.5)
    expect(() => median([])).toThrow(RangeError)
  })

  it('meets a goal of less only at or below it, of more only at or above it', () => {
    const row = rowAgainst('x', 's', 1, 2, 'peer')
    expect(row.ratio).toBe(0.5)
    expect(meetsGoal(entry({ goal: 0.5 }), row)).toBe(true)
    expect(meetsGoal(entry({ goal: 0.4 }), row)).toBe(false)
    expect(meetsGoal(entry({ goal: 0.6, better: 'more' }), row)).toBe(false)
  })

  it('lets both sides take turns after one uncounted pass each', async () => {
    const order: string[] = []
    const side = (name: string) => () => Promise.resolve(order.push(name))
    const results = await takeTurns(2, side('ours'), side('peer'))
    expect(order).toEqual(['ours', 'peer', 'ours', 'peer', 'ours', 'peer'])
    expect(results.ours).toEqual([3, 5])
  })
})
