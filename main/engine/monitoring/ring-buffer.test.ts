import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { meansOf, RingBuffer } from './ring-buffer.ts'

const record = (step: number) => ({ step, values: Float32Array.of(step, step + 0.5) })
const steps = (ring: RingBuffer, since = 0) => [...ring.since(since)].map(({ step }) => step)

describe('a ring buffer', () => {
  it('is, for any steps that rise, the newest of them and no more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 300 }),
        (capacity, gaps) => {
          const ring = new RingBuffer(capacity, 2)
          let last = 0
          const pushed = gaps.map((gap) => (last += gap))
          for (const step of pushed) ring.push(record(step))
          expect(steps(ring)).toEqual(pushed.slice(-capacity))
          expect(ring.length).toBe(Math.min(capacity, pushed.length))
          for (const { step, values } of ring.since(0))
            expect(Array.from(values)).toEqual(Array.from(record(step).values))
        },
      ),
    )
  })

  it('begins where it is asked to', () => {
    const ring = new RingBuffer(5, 2)
    for (const step of [1, 2, 5, 8, 9, 12, 13]) ring.push(record(step))
    expect(steps(ring, 8)).toEqual([8, 9, 12, 13])
    expect(steps(ring, 10)).toEqual([12, 13])
    expect(steps(ring, 14)).toEqual([])
  })

  it('stays in order when the clock is set back', () => {
    const ring = new RingBuffer(4, 2)
    for (const step of [10, 11, 3, 4, 12]) ring.push(record(step))
    expect(steps(ring)).toEqual([10, 11, 12])
    const [, eleven] = [...ring.since(0)]
    expect(eleven?.values[0]).toBe(4) // the newest word on that step
  })

  it('hands out copies, so that what was given does not change later', () => {
    const ring = new RingBuffer(1, 2)
    ring.push(record(1))
    const [first] = [...ring.since(0)]
    ring.push(record(2))
    expect(first?.values[0]).toBe(1)
  })
})

it('the middle of each three numbers is the mean', () => {
  expect([...meansOf(Float32Array.from({ length: 18 }, (_, index) => index))]).toEqual([1, 4, 7, 10, 13, 16])
})
