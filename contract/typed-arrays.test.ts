import { StandardRPCJsonSerializer } from '@orpc/client/standard'
import { describe, expect, it } from 'vitest'

import { typedArraySerializers } from './typed-arrays.ts'

describe('columns of numbers on the wire', () => {
  const serializer = new StandardRPCJsonSerializer({ customJsonSerializers: typedArraySerializers })

  const roundTrip = (value: unknown) => {
    const [json, meta] = serializer.serialize(value)
    return serializer.deserialize(JSON.parse(JSON.stringify(json)), meta)
  }

  it('brings every number back, gaps and extremes included', () => {
    const samples = new Float32Array([0, -1.5, Number.NaN, Number.POSITIVE_INFINITY, 3.4e38])
    expect(roundTrip({ samples })).toEqual({ samples })
  })

  it('carries times in milliseconds without rounding', () => {
    const timesMs = new Float64Array([1_790_000_000_123, 2 ** 53 - 1])
    expect(roundTrip({ timesMs })).toEqual({ timesMs })
  })

  it('sends only the part of a larger buffer that the column shows', () => {
    const whole = new Float32Array([1, 2, 3, 4])
    expect(roundTrip(whole.subarray(1, 3))).toEqual(new Float32Array([2, 3]))
  })

  it('carries a column longer than one argument list', () => {
    const long = Float32Array.from({ length: 50_000 }, (_, index) => index)
    expect(roundTrip(long)).toEqual(long)
  })

  it('refuses a column that is not text', () => {
    expect(() => serializer.deserialize(5, [[20]])).toThrow(TypeError)
  })
})
