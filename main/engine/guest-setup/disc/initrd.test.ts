import { execFileSync } from 'node:child_process'
import { gunzipSync, gzipSync } from 'node:zlib'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { writeCpio } from './cpio.ts'
import { addToInitrd } from './initrd.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'cpio-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('an archive for an initrd', () => {
  it('is unpacked by cpio with its folders, contents and modes', () => {
    const archive = writeCpio([
      { path: 'preseed.cfg', content: bytes('d-i x boolean true\n') },
      { path: 'strata/deep/finish', content: bytes('#!/bin/sh\n'), mode: 0o755 },
    ])
    execFileSync('cpio', ['--extract', '--quiet', '--no-preserve-owner'], { cwd: folder, input: archive })
    expect(readFileSync(join(folder, 'preseed.cfg'), 'utf8')).toBe('d-i x boolean true\n')
    expect(readFileSync(join(folder, 'strata/deep/finish'), 'utf8')).toBe('#!/bin/sh\n')
    expect(statSync(join(folder, 'preseed.cfg')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'strata/deep/finish')).mode & 0o777).toBe(0o755)
  })

  it('stands behind the one that was there, at a multiple of four, and leaves that one as it was', () => {
    const initrd = gzipSync(writeCpio([{ path: 'init', content: bytes('first') }]))
    for (const length of [0, 1, 2, 3]) {
      const odd = Buffer.concat([initrd, Buffer.alloc(length)])
      const whole = Buffer.from(addToInitrd(odd, [{ path: 'preseed.cfg', content: bytes('second') }]))
      expect(whole.subarray(0, odd.length).equals(odd)).toBe(true)
      const start = Math.ceil(odd.length / 4) * 4
      expect(gunzipSync(whole.subarray(start)).includes('second')).toBe(true)
    }
  })

  it('is not written where there is nothing to add', () => {
    const initrd = bytes('as it was')
    expect(addToInitrd(initrd, [])).toBe(initrd)
  })
})
