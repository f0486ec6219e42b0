import { describe, expect, it } from 'vitest'

import {
  formatBytes,
  formatBytesOf,
  formatDuration,
  formatElapsed,
  formatKiB,
  formatRelativeTime,
  formatShare,
} from './formats.ts'

/** Numbers and units are kept together by a space that does not break; for reading, an ordinary one. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1.26 * 1024 ** 3, '1.3 GiB'],
    [412 * 1024 ** 3, '412 GiB'],
    [1023.9 * 1024 ** 2, '1 GiB'],
  ])('%d bytes read as %s', (bytes, text) => {
    expect(plain(formatBytes(bytes))).toBe(text)
  })

  it('a part is told in the unit of the whole', () => {
    expect(plain(formatBytesOf(950 * 1024 ** 2, 2 * 1024 ** 3))).toBe('0.9 of 2 GiB')
  })

  it('libvirt’s KiB are scaled up', () => {
    expect(plain(formatKiB(4 * 1024 ** 2))).toBe('4 GiB')
  })
})

describe('shares and times', () => {
  it('a share is a whole percentage', () => {
    expect(plain(formatShare(0.384))).toBe('38 %')
  })

  it('a duration names its largest unit only', () => {
    expect(formatDuration(3 * 86_400_000 + 5_000_000)).toBe('3 days')
    expect(plain(formatDuration(9_400, 'narrow'))).toBe('9 s')
  })

  it.each([
    [900, '0 s'],
    [41_400, '41 s'],
    [185_000, '3 min 5 s'],
    [2 * 3_600_000 + 600_000, '2 h 10 min'],
    [26 * 3_600_000, '26 h 0 min'],
  ])('a time of %d ms that runs is %s', (durationMs, text) => {
    expect(plain(formatElapsed(durationMs))).toBe(text)
  })

  it('a moment is told from now, in both directions', () => {
    expect(formatRelativeTime(0, 190_000)).toBe('3 minutes ago')
    expect(formatRelativeTime(2 * 86_400_000, 0)).toBe('in 2 days')
  })
})
