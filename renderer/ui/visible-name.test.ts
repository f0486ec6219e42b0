import { describe, expect, it } from 'vitest'

import { visibleName } from './visible-name.ts'

describe('the name of a file', () => {
  it('is shown as it is, in any script', () => {
    for (const name of ['debian 12.iso', 'wéb.img', '机器.qcow2', 'שלום.iso', 'a👍.iso'])
      expect(visibleName(name)).toBe(name)
  })

  it('shows what would turn its letters round or hide some', () => {
    expect(visibleName('invoice\u202Eosi.exe')).toBe('invoice\\u202Eosi.exe')
    expect(visibleName('a\u2066b\u2069\u200B')).toBe('a\\u2066b\\u2069\\u200B')
    expect(visibleName('caf\uDCE9\n')).toBe('caf\\uDCE9\\u000A')
  })
})
