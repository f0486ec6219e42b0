import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { parseHostAddress, realScope } from './host-address.ts'

const here = { kind: 'here' }
const parsed = (uri: string, userId = 1000) => parseHostAddress(uri, { env: {}, userId })

describe('the address of a host', () => {
  it.each([
    ['qemu:///session', 'qemu', 'session', here, null],
    ['qemu:///system', 'qemu', 'system', here, null],
    ['qemu:/session', 'qemu', 'session', here, null],
    ['qemu+unix:///session', 'qemu', 'session', here, null],
    [
      'qemu+unix:///system?socket=/opt/libvirt/run/libvirt-sock',
      'qemu',
      'system',
      here,
      '/opt/libvirt/run/libvirt-sock',
    ],
    ['qemu:///session?mode=direct', 'qemu', 'session', here, null],
    ['qemu:///system?mode=legacy', 'qemu', 'system', here, null],
    ['QEMU:///system', 'qemu', 'system', here, null],
    ['qemu+ssh://host/system', 'qemu', 'system', { kind: 'ssh', user: null, host: 'host', port: null }, null],
    [
      'qemu+ssh://ada@host.example:2222/session?keyfile=/k&no_tty=1&mode=auto',
      'qemu',
      'session',
      { kind: 'ssh', user: 'ada', host: 'host.example', port: 2222 },
      null,
    ],
    [
      'qemu+ssh://host/session?socket=/run/user/7/libvirt/libvirt-sock&netcat=/bin/nc&command=/opt/ssh&proxy=netcat',
      'qemu',
      'session',
      { kind: 'ssh', user: null, host: 'host', port: null },
      '/run/user/7/libvirt/libvirt-sock',
    ],
    ['qemu+ssh://[fe80::1]/system', 'qemu', 'system', { kind: 'ssh', user: null, host: 'fe80::1', port: null }, null],
    [
      'qemu+libssh2://ada@host/system?known_hosts=/k&sshauth=agent',
      'qemu',
      'system',
      { kind: 'ssh', user: 'ada', host: 'host', port: null },
      null,
    ],
    [
      'qemu+libssh://host/system?known_hosts_verify=auto',
      'qemu',
      'system',
      { kind: 'ssh', user: null, host: 'host', port: null },
      null,
    ],
    ['qemu://host/system', 'qemu', 'system', { kind: 'tls', host: 'host', port: null }, null],
    [
      'qemu+tls://host:16514/system?no_verify=1&pkipath=/p&tls_priority=NORMAL',
      'qemu',
      'system',
      { kind: 'tls', host: 'host', port: 16_514 },
      null,
    ],
    ['qemu+tcp://localhost/system', 'qemu', 'system', { kind: 'unknown' }, null],
    ['qemu+ext:///system?command=/opt/tunnel', 'qemu', 'system', { kind: 'unknown' }, null],
    ['test:///default', 'test', 'session', here, null],
    ['test:///home/ada/a%20fleet.xml', 'test', 'session', here, null],
    ['test+unix:///default?socket=/s', 'test', 'session', here, '/s'],
    ['test+ssh://host/default', 'test', 'session', { kind: 'ssh', user: null, host: 'host', port: null }, null],
    [
      'qemu+ssh://host/session?name=test:///default',
      'test',
      'session',
      { kind: 'ssh', user: null, host: 'host', port: null },
      null,
    ],
  ])('is taken apart: %s', (uri, driver, scope, place, socketPath) => {
    expect(parsed(uri)).toMatchObject({ driver, scope, place, socketPath })
  })

  it('means the daemon of whoever asks where it names none', () => {
    expect(parsed('qemu:///', 1000).scope).toBe('session')
    expect(parsed('qemu:///', 0).scope).toBe('system')
  })

  it.each([
    '',
    'host',
    '/run/libvirt/libvirt-sock',
    'lxc:///system',
    'xen:///system',
    'esx://host/',
    'remote+ssh://host/',
    'qemu+ssh://host/',
    'qemu:///embed?root=/tmp/x',
    'qemu+unix://host/system',
    'qemu+ssh://-oProxyCommand=x/system',
    'qemu+carrier://host/system',
  ])('is none that Strata can manage: %j', (uri) => {
    expect(() => parsed(uri)).toThrow(TypeError)
  })

  it('is found by its alias of libvirt.conf', async () => {
    const home = await mkdtemp(join(tmpdir(), 'alias-'))
    await mkdir(join(home, '.config/libvirt'), { recursive: true })
    await writeFile(
      join(home, '.config/libvirt/libvirt.conf'),
      'uri_aliases = [ "lab=qemu+ssh://lab.example/system" ]\n',
    )
    const address = parseHostAddress('lab', { env: { HOME: home }, userId: 1000 })
    expect(address).toMatchObject({ uri: 'qemu+ssh://lab.example/system', scope: 'system' })
    await rm(home, { recursive: true })
  })

  it('of an invented fleet is nobody’s real daemon', () => {
    expect(realScope(parsed('test:///default'))).toBeNull()
    expect(realScope(parsed('qemu:///session'))).toBe('session')
  })
})
