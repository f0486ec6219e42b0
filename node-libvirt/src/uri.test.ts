import { describe, expect, it } from 'vitest'
import { isSessionUri, parseUri } from './uri.ts'

describe('a libvirt URI', () => {
  it.each([
    ['qemu:///system', 'unix', null, 'qemu:///system'],
    ['qemu:/session', 'unix', null, 'qemu:///session'],
    ['qemu+unix:/session?socket=/s', 'unix', null, 'qemu:///session'],
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
    ['remote:///', 'unix', null, ''],
    ['remote+ssh://host/', 'ssh', 'host', ''],
    [':///', 'unix', null, ''],
    ['qemu+ssh://host/system?NO_TTY=1', 'ssh', 'host', 'qemu:///system'],
  ])('is taken apart: %s', (text, transport, host, name) => {
    expect(parseUri(text)).toMatchObject({ text, transport, host, name })
  })

  it('gives user, port and the parameters that are for the client', () => {
    const uri = parseUri('qemu+ssh://us%40er@host:2222/system?socket=/a%20b&mode=legacy')
    expect(uri).toMatchObject({ driver: 'qemu', user: 'us@er', port: 2222, path: '/system' })
    expect(Object.fromEntries(uri.parameters)).toEqual({ socket: '/a b', mode: 'legacy' })
  })

  it.each(['', 'qemu', 'qemu:system', 'qemu+carrier://host/system', '/run/libvirt'])('refuses %j', (text) => {
    expect(() => parseUri(text)).toThrow(TypeError)
  })

  it('refuses a host that a unix socket cannot reach, instead of opening this machine', () => {
    expect(() => parseUri('qemu+unix://some.other.host/system')).toThrow(TypeError)
    expect(() => parseUri('qemu+unix://some.other.host/system?socket=/s')).toThrow(TypeError)
  })

  it.each([
    'qemu+ssh://-oProxyCommand=x/system',
    'qemu+ssh://$(id)/system',
    'qemu+ssh://a`id`/system',
    'qemu+ssh://a;b/system',
    'qemu+ssh://a b/system',
    'qemu+ssh://-l@host/system',
    'qemu+ssh://a%24(id)@host/system',
    'qemu+ssh://a%0A@host/system',
    'qemu+ssh://a%00@host/system',
    `qemu+ssh://a'b@host/system`,
  ])('refuses names that another program could take for something else: %j', (text) => {
    expect(() => parseUri(text)).toThrow(TypeError)
  })

  it.each([
    'qemu+ssh://DOM%5Cada@host/system',
    'qemu+ssh://büro-7.example/system',
    'qemu+ssh://ada.l-1@[fe80::1%25eth0]/system',
  ])('takes usual names: %j', (text) => {
    expect(parseUri(text).host).not.toBeNull()
  })

  it.each(['qemu+ssh://a%zz@host/system', 'qemu+ssh://host/system?socket=%zz'])(
    'refuses a broken %% with a TypeError: %j',
    (text) => {
      expect(() => parseUri(text)).toThrow(TypeError)
    },
  )

  it('knows parameters in any case of letters', () => {
    expect(parseUri('qemu+ssh://host/system?SOCKET=/s').parameters.get('socket')).toBe('/s')
  })

  it('means the user’s daemon by its path, and else by who asks', () => {
    expect(isSessionUri(parseUri('qemu:///session'), 0)).toBe(true)
    expect(isSessionUri(parseUri('qemu:///system'), 1000)).toBe(false)
    expect(isSessionUri(parseUri('test:///default'), 1000)).toBe(true)
    expect(isSessionUri(parseUri('test:///default'), 0)).toBe(false)
  })
})
