import { describe, expect, it } from 'vitest'

import { contentKind } from './content-kind.ts'

const bytes = (...head: number[]) => new Uint8Array([...head, ...Array.from({ length: 512 - head.length }, () => 1)])

describe('the kind of a file that is no ISO', () => {
  it.each([
    ['a qcow2 disk image', bytes(0x51, 0x46, 0x49, 0xfb)],
    ['an xz archive', bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)],
    ['a raw disk image', Object.assign(new Uint8Array(512), { 510: 0x55, 511: 0xaa })],
    ['an empty file', new Uint8Array(0)],
    ['a file of zeros, perhaps of a download that was cut off', new Uint8Array(512)],
    ['a text file', new TextEncoder().encode('Dear reader,\nthis is no ISO.\n')],
    ['a web page, perhaps of a download that failed', new TextEncoder().encode('<!DOCTYPE html>')],
    ['a file of another kind', bytes(0x9c, 0x01, 0x00)],
  ])('is named: %s', (kind, head) => {
    expect(contentKind(head)).toEqual(kind)
  })
})
