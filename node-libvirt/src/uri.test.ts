import { describe, expect, it } from 'vitest'
import { isSessionUri, parseUri } from './uri.ts'

describe('a libvirt URI', () => {
  it.each([
    ['qemu:///system', 'unix', null, 'qemu:///system'],
    ['qemu:///session', 'unix', null, 'qemu:///session'],
    ['qemu+unix:///session?socket=/run/a%20b', 'unix', null, 'qemu:///session'],
    ['test:///default', 'unix', null, 'test:///default'],
    ['test+unix:///tmp/fleet.xml?socket=/s', 'unix', null, 'test:///tmp/fleet.xml'],
    ['qemu://host/system', 'tls', 'host', 'qemu:///system'],
    ['qemu+ssh://user@host:2222/system?keyfile=/k&no_tty=1', 'ssh', 'host', 'qemu:///system'],
    ['qemu+tls://[fe80::1]:16514/system', 'tls', 'fe80::1', 'qemu:///system'],
    ['esx://host/?no_verify=1&transport=http', 'tls', 'host', 'esx:///?transport=http'],
    ['qemu+ssh://host/system?name=qemu:///session', 'ssh', 'host', 'qemu:///session'],
    ['qemu:///', 'unix', null, 'qemu:///'],
  ])('is taken apart: %s', (text, transport, host, name) => {
    expect(parseUri(text)).toMatchObject({ text, transport, host, name })
  })

  it('gives user, port and the parameters that are for the client', () => {
    const uri = parseUri('qemu+ssh://us%40er@host:2222/system?socket=/a%20b&mode=legacy')
    expect(uri).toMatchObject({ driver: 'qemu', user: 'us@er', port: 2222, path: '/system' })
    expect(Object.fromEntries(uri.parameters)).toEqual({ socket: '/a b', mode: 'legacy' })
  })

  it.each(['', 'qemu', 'qemu:/system', 'qemu+carrier://host/system', '/run/libvirt'])('refuses %j', (text) => {
    expect(() => parseUri(text)).toThrow(TypeError)
  })

  it('means the user’s daemon by its path, and else by who asks', () => {
    expect(isSessionUri(parseUri('qemu:///session'), 0)).toBe(true)
    expect(isSessionUri(parseUri('qemu:///system'), 1000)).toBe(false)
    expect(isSessionUri(parseUri('test:///default'), 1000)).toBe(true)
    expect(isSessionUri(parseUri('test:///default'), 0)).toBe(false)
  })
})
