import { describe, expect, it } from 'vitest'

import { digestIn } from './checksum-file.ts'

const one = 'a1'.repeat(32)
const other = 'b2'.repeat(32)
const list = { algorithm: 'sha256', layout: 'list' } as const
const bsd = { algorithm: 'sha256', layout: 'bsd' } as const
const single = { algorithm: 'sha256', layout: 'single' } as const

describe('a file of checksums', () => {
  it('gives the digest of the very file, not of one whose name only contains it', () => {
    const text = `${other}  tiny.qcow2.xz\n${one} *tiny.qcow2\n${other}  old-tiny.qcow2\n`
    expect(digestIn(text, 'tiny.qcow2', list)).toBe(one)
    expect(digestIn(text, 'iny.qcow2', list)).toBeNull()
  })

  it('is read as BSD’s programs write it, among the lines of a signature', () => {
    const text = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# tiny.qcow2: 12 bytes\nSHA256 (tiny.qcow2) = ${one.toUpperCase()}\r\nSHA256 (other.iso) = ${other}\n`
    expect(digestIn(text, 'tiny.qcow2', bsd)).toBe(one)
  })

  it.each([
    ['the digest alone', `${one}\n`],
    ['the name of a dated build', `${one}  tiny-20260101.qcow2\n`],
    ['both forms', `# tiny\nSHA256 (tiny-20260101.qcow2) = ${one}\n`],
  ])('for one image alone may have %s', (_, text) => {
    expect(digestIn(text, 'tiny.qcow2', single)).toBe(one)
  })

  it('gives nothing where it is of two minds, of another kind, or something else altogether', () => {
    expect(digestIn(`${one}  tiny.qcow2\n${other}  tiny.qcow2\n`, 'tiny.qcow2', list)).toBeNull()
    expect(digestIn(`${one}\n${other}\n`, 'tiny.qcow2', single)).toBeNull()
    expect(digestIn(`${one}  tiny.qcow2\n`, 'tiny.qcow2', { algorithm: 'sha512', layout: 'list' })).toBeNull()
    expect(digestIn(`SHA512 (tiny.qcow2) = ${one}\n`, 'tiny.qcow2', bsd)).toBeNull()
    expect(digestIn('<html>404</html>', 'tiny.qcow2', single)).toBeNull()
  })
})
