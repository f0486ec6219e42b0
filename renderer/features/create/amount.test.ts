import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountText, parseAmount } from './amount.ts'

describe('parseAmount', () => {
  it('reads binary and decimal units for what they are', () => {
    expect(parseAmount('4096 MiB', 'MiB')).toBe(4096 * 1024 ** 2)
    expect(parseAmount('50 GB', 'GiB')).toBe(50_000_000_000)
  })

  it('takes one letter as the binary unit, in any case', () => {
    expect(parseAmount('8g', 'MiB')).toBe(8 * 1024 ** 3)
    expect(parseAmount('512M', 'GiB')).toBe(512 * 1024 ** 2)
  })

  it('takes a number alone in the unit of its field', () => {
    expect(parseAmount('2048', 'MiB')).toBe(2048 * 1024 ** 2)
    expect(parseAmount(' 20 ', 'GiB')).toBe(20 * 1024 ** 3)
  })

  it('reads halves with a point or a comma', () => {
    expect(parseAmount('1.5 GiB', 'MiB')).toBe(1.5 * 1024 ** 3)
    expect(parseAmount('1,5GiB', 'MiB')).toBe(1.5 * 1024 ** 3)
  })

  it.each(['', 'much', '4 lightyears', '-1 GiB', '0 GiB', '1 2 GiB', 'GiB'])('finds no amount in %j', (text) => {
    expect(parseAmount(text, 'MiB')).toBeNull()
  })
})

describe('amountText', () => {
  it('uses the largest unit that says it exactly', () => {
    expect(amountText(4 * 1024 ** 3)).toBe('4 GiB')
    expect(amountText(1.5 * 1024 ** 3)).toBe('1.5 GiB')
    expect(amountText(1300 * 1024 ** 2)).toBe('1300 MiB')
  })

  it('says decimal amounts as they were meant', () => {
    expect(amountText(50_000_000_000)).toBe('50 GB')
    expect(amountText(2_000_000_000_000)).toBe('2 TB')
    expect(amountText(7)).toBe('7 B')
  })

  it('is read back as the same bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (bytes) => {
        expect(parseAmount(amountText(bytes), 'MiB')).toBe(bytes)
      }),
    )
  })
})
