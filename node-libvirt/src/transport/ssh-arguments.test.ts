import { describe, expect, it } from 'vitest'
import { parseUri } from '../uri.ts'
import { sshArguments } from './ssh-arguments.ts'

const args = (uri: string, mayAsk = false) => sshArguments(parseUri(uri), { mayAsk, purpose: { command: 'true' } })

describe('the arguments of ssh', () => {
  it('name user, port and host, and let no host be an option', () => {
    expect(args('qemu+ssh://me@far:2222/system')).toEqual(
      ['-T', '-e', 'none', '-p', '2222', '-l', 'me', '-o', 'BatchMode=yes', '--', 'far', 'true'], // prettier-ignore
    )
    expect(() => args('qemu+ssh://me@-oProxyCommand=x:2222/system')).toThrow(TypeError)
  })

  it('let ssh ask only where somebody answers and the URI does not forbid it', () => {
    expect(args('qemu+ssh://host/system', true)).not.toContain('BatchMode=yes')
    expect(args('qemu+ssh://host/system?no_tty=1', true)).toContain('BatchMode=yes')
  })

  it('carry the URI’s parameters', () => {
    const query = 'keyfile=/k&known_hosts=/a%20b%2525&known_hosts_verify=auto&sshauth=privkey,password'
    expect(args(`qemu+ssh://host/system?${query}`).join(' ')).toContain(
      '-i /k -o UserKnownHostsFile="/a b%%25" -o StrictHostKeyChecking=accept-new -o PreferredAuthentications=publickey,password -o IdentityAgent=none',
    )
    expect(args('qemu+ssh://host/system?sshauth=agent')).toContain('IdentityFile=none')
    expect(args('qemu+ssh://host/system?no_verify=1')).toContain('StrictHostKeyChecking=no')
    expect(args('qemu+ssh://host/system?no_verify=0')).not.toContain('StrictHostKeyChecking=no')
  })

  it('forward to a port without a remote command', () => {
    const uri = parseUri('qemu+ssh://host/system')
    expect(sshArguments(uri, { mayAsk: false, purpose: { forwardTo: '[::1]:5900' } }).slice(0, 2)).toEqual([
      '-W',
      '[::1]:5900',
    ])
    expect(sshArguments(uri, { mayAsk: false, purpose: { forwardTo: '[::1]:5900' } }).at(-1)).toBe('host')
  })

  it('make a master that others go through, and never around it', () => {
    const uri = parseUri('qemu+ssh://host/system')
    const master = sshArguments(uri, { mayAsk: false, purpose: { masterAt: '/run/a b/c' } })
    expect(master.slice(0, 2)).toEqual(['-N', '-M'])
    expect(master).toContain('ControlPath="/run/a b/c"')
    const sharing = sshArguments(uri, { mayAsk: false, purpose: { subsystem: 'sftp' }, controlPath: '/c' })
    expect(sharing.join(' ')).toContain('-o ControlPath="/c" -o ControlMaster=no -o ProxyCommand=exit 255')
    expect(sharing.slice(-3)).toEqual(['--', 'host', 'sftp'])
  })

  it.each([
    'qemu+ssh:///system',
    'qemu+ssh://host/system?sshauth=wish',
    'qemu+ssh://host/system?known_hosts_verify=maybe',
  ])('do not come of %s', (uri) => expect(() => args(uri)).toThrow(TypeError))
})
