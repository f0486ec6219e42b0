import { describe, expect, it } from 'vitest'

import { vncScreen } from './vnc-endpoint.ts'

const guest = (graphics: string) => `<domain type='qemu' id='3'><name>a</name><devices>${graphics}</devices></domain>`

describe("a guest's VNC screen", () => {
  it('is found on its socket', () => {
    const xml = guest(
      "<graphics type='vnc' socket='/run/vnc.sock'><listen type='socket' socket='/run/vnc.sock'/></graphics>",
    )
    expect(vncScreen(xml)).toEqual({ endpoint: { kind: 'socket', path: '/run/vnc.sock' }, password: null })
  })

  it('is found on its port, with its password', () => {
    const xml = guest(
      "<graphics type='vnc' port='5901' listen='127.0.0.1' passwd='pa&amp;ss'><listen type='address' address='127.0.0.1'/></graphics>",
    )
    expect(vncScreen(xml)).toEqual({ endpoint: { kind: 'tcp', address: '127.0.0.1', port: 5901 }, password: 'pa&ss' })
  })

  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
    ['192.168.1.5', '192.168.1.5'],
  ])('that listens on %s is reached by %s', (listens, address) => {
    const xml = guest(`<graphics type='vnc' port='5900'><listen type='address' address='${listens}'/></graphics>`)
    expect(vncScreen(xml)?.endpoint).toMatchObject({ address })
  })

  it('is none while the guest is off, or where another kind of screen is', () => {
    expect(vncScreen(guest("<graphics type='vnc' port='-1' autoport='yes'/>"))).toBeNull()
    expect(vncScreen(guest("<graphics type='spice' port='5900'/>"))).toBeNull()
    expect(vncScreen(guest(''))).toBeNull()
  })
})
