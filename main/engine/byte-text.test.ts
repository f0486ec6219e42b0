import { expect, it } from 'vitest'

import { byteShareText, byteText, percentText } from './byte-text.ts'

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [6.44 * 1024 ** 3, '6.4 GiB'],
  [9.96 * 1024 ** 3, '10 GiB'],
  [49.6 * 1024 ** 3, '50 GiB'],
  [3 * 1024 ** 6, '3072 PiB'],
  [-5, '0 B'],
])('writes %d bytes as %s', (bytes, text) => {
  expect(byteText(bytes)).toBe(text)
})

it('names the unit once where it is the same', () => {
  expect(byteShareText(6.4 * 1024 ** 3, 50 * 1024 ** 3)).toBe('6.4 of 50 GiB')
  expect(byteShareText(512 * 1024 ** 2, 50 * 1024 ** 3)).toBe('512 MiB of 50 GiB')
})

it('writes a share in whole percents', () => {
  expect(percentText(0.184)).toBe('18 %')
})
