import { expect, it } from 'vitest'

import { TransferRate } from './transfer-rate.ts'

it('knows the rate after half a second, and the time that is left', () => {
  const rate = new TransferRate()
  expect(rate.note(0, 10_000, 0)).toEqual({ doneBytes: 0, totalBytes: 10_000, bytesPerS: null, remainingMs: null })
  expect(rate.note(100, 10_000, 100)).toMatchObject({ bytesPerS: null })
  expect(rate.note(1_000, 10_000, 1_000)).toEqual({
    doneBytes: 1_000,
    totalBytes: 10_000,
    bytesPerS: 1_000,
    remainingMs: 9_000,
  })
})

it('follows a change of pace within seconds', () => {
  const rate = new TransferRate()
  let done = 0
  for (let second = 0; second < 60; second += 1) rate.note((done += 1_000_000), null, second * 1_000)
  for (let second = 60; second < 67; second += 1) rate.note((done += 10), null, second * 1_000)
  expect(rate.note(done, null, 67_000).bytesPerS).toBeLessThan(20)
})

it('promises no time where nothing moves, or the end is not known', () => {
  const rate = new TransferRate()
  rate.note(5, 10, 0)
  expect(rate.note(5, 10, 2_000)).toMatchObject({ bytesPerS: 0, remainingMs: null })
  expect(rate.note(10, null, 4_000).remainingMs).toBeNull()
})

it('starts over with another file', () => {
  const rate = new TransferRate()
  rate.note(1_000, null, 0)
  rate.note(9_000, null, 1_000)
  expect(rate.note(10, null, 2_000)).toMatchObject({ bytesPerS: null })
})
