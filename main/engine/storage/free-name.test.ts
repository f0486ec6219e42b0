import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { diskName, fileStem, freeDiskStem, freeIsoName, freeName } from './free-name.ts'

describe('a free name', () => {
  it('is the wanted one when nobody has it, else the first free number', () => {
    const taken = new Set(['web', 'web-2'])
    expect(freeName('db', (name) => taken.has(name))).toBe('db')
    expect(freeName('web', (name) => taken.has(name))).toBe('web-3')
  })

  it('for a disk is free for the firmware variables beside it too', () => {
    expect(freeDiskStem('web', new Set(['web_VARS.fd']))).toBe('web-2')
    expect(diskName(freeDiskStem('web', new Set(['web.qcow2', 'web-2.qcow2'])))).toBe('web-3.qcow2')
  })

  it('for a copied ISO keeps its ending', () => {
    expect(freeIsoName('debian.ISO', new Set())).toBe('debian.iso')
    expect(freeIsoName('debian.iso', new Set(['debian.iso']))).toBe('debian-2.iso')
  })

  it('is one that every file system takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 150 }), (name) => {
        const stem = fileStem(name)
        expect(Buffer.byteLength(stem)).toBeLessThanOrEqual(200)
        expect(stem).not.toBe('')
        expect(stem.startsWith('.')).toBe(false)
      }),
    )
  })
})
