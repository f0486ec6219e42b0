import { describe, expect, it } from 'vitest'

import { noScreen } from './no-screen.ts'

const devices = "<devices><graphics type='vnc'/></devices>"

describe('a description without a screen to connect to', () => {
  it('is that of a machine that is off, whatever the picture of it still says', () => {
    expect(noScreen({ name: 'web', graphics: 'vnc' }, `<domain type='qemu'>${devices}</domain>`)).toMatchObject({
      code: 'wrong-state',
      message: '“web” is off: there is no screen to see.',
    })
  })

  it('is final where the machine runs', () => {
    const running = `<domain type='qemu' id='3'>${devices}</domain>`
    expect(noScreen({ name: 'web', graphics: 'spice' }, running)).toMatchObject({ code: 'unsupported' })
    expect(noScreen({ name: 'web', graphics: 'none' }, running)).toMatchObject({ code: 'unsupported' })
  })
})
