import { describe, expect, it } from 'vitest'

import { moved } from './moved.ts'

describe('moved', () => {
  it('takes an entry up or down and keeps the order of the others', () => {
    expect(moved(['disk', 'cdrom', 'network'], 2, 0)).toEqual(['network', 'disk', 'cdrom'])
    expect(moved(['disk', 'cdrom', 'network'], 0, 2)).toEqual(['cdrom', 'network', 'disk'])
  })

  it('loses nothing at the ends', () => {
    expect(moved(['disk', 'cdrom'], 0, -1)).toEqual(['disk', 'cdrom'])
    expect(moved(['disk', 'cdrom'], 1, 2)).toEqual(['disk', 'cdrom'])
  })
})
