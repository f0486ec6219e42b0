import { describe, expect, it } from 'vitest'
import { parseUri } from '../uri.ts'
import { daemonSocket } from './socket-path.ts'

const env = { XDG_RUNTIME_DIR: '/run/user/1000', HOME: '/home/u', PATH: '/usr/bin' }

function socketOf(
  uri: string,
  present: string[],
  more: { env?: NodeJS.ProcessEnv; readOnly?: boolean; userId?: number } = {},
) {
  const exists = (path: string) => present.includes(path)
  return daemonSocket(parseUri(uri), { env, userId: 1000, readOnly: false, exists, ...more })
}

describe('the socket of a URI', () => {
  it('is the driver’s own daemon where that listens, else libvirtd', () => {
    const both = ['/run/libvirt/virtqemud-sock', '/run/libvirt/libvirt-sock']
    expect(socketOf('qemu:///system', both).path).toBe('/run/libvirt/virtqemud-sock')
    expect(socketOf('qemu:///system', both.slice(1)).path).toBe('/run/libvirt/libvirt-sock')
    expect(socketOf('qemu:///system?mode=legacy', both).path).toBe('/run/libvirt/libvirt-sock')
    expect(socketOf('qemu:///system?mode=direct', both.slice(1)).path).toBe('/run/libvirt/virtqemud-sock')
  })

  it('is found where old systems have it', () => {
    expect(socketOf('qemu:///system', ['/var/run/libvirt/libvirt-sock']).path).toBe('/var/run/libvirt/libvirt-sock')
  })

  it('is the one for looking only when that is all that is wanted of the system', () => {
    expect(socketOf('qemu:///system', ['/run/libvirt/libvirt-sock-ro'], { readOnly: true }).path).toBe(
      '/run/libvirt/libvirt-sock-ro',
    )
    expect(socketOf('qemu:///session', [], { readOnly: true }).path).toMatch(/-sock$/)
  })

  it('is in the user’s runtime folder for a session, or in the cache where there is none', () => {
    expect(socketOf('qemu:///session?mode=legacy', []).path).toBe('/run/user/1000/libvirt/libvirt-sock')
    expect(socketOf('qemu:///session?mode=legacy', [], { env: { HOME: '/home/u' } }).path).toBe(
      '/home/u/.cache/libvirt/libvirt-sock',
    )
  })

  it('is the one that the URI names', () => {
    expect(socketOf('qemu+unix:///session?socket=/tmp/s', [])).toMatchObject({ path: '/tmp/s', isSession: true })
  })

  it('is, when none listens, that of the daemon which could be started', () => {
    expect(socketOf('qemu:///session', ['/usr/sbin/virtqemud']).program).toBe('virtqemud')
    expect(socketOf('qemu:///session', ['/usr/sbin/libvirtd'])).toMatchObject({
      program: 'libvirtd',
      path: '/run/user/1000/libvirt/libvirt-sock',
    })
  })

  it('refuses a mode that is none', () => {
    expect(() => socketOf('qemu:///system?mode=fast', [])).toThrow(TypeError)
  })
})
