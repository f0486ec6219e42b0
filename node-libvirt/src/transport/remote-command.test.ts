import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUri } from '../uri.ts'
import { remoteCommand } from './remote-command.ts'
import { quoted, viaSh } from './shell.ts'

const command = (uri: string, readOnly = false) => remoteCommand(parseUri(uri), { readOnly })

describe('the command on the other host', () => {
  it('prefers the helper, with the daemon that is meant', () => {
    expect(command('qemu+ssh://host/system')).toContain("exec virt-ssh-helper '\\''qemu:///system'\\''")
    expect(command('qemu+ssh://host/system', true)).toContain('virt-ssh-helper -r ')
    expect(command('qemu+ssh://host/system')).toContain(' -U ')
  })

  it('uses nc alone where the helper cannot be told what is wanted', () => {
    for (const query of ['proxy=netcat', 'netcat=/opt/nc', 'socket=/run/s', 'mode=legacy']) {
      expect(command(`qemu+ssh://host/system?${query}`)).not.toContain('virt-ssh-helper')
    }
    expect(command('qemu+ssh://host/system?netcat=/opt/nc')).toContain('/opt/nc')
    expect(command('qemu+ssh://host/system?mode=legacy')).not.toContain('virtqemud-sock')
    expect(command('qemu+ssh://host/system?proxy=netcat', true)).toContain('/run/libvirt/libvirt-sock-ro')
  })

  it.each(['proxy=both', 'proxy=native&netcat=nc', 'proxy=native&socket=/s', 'mode=sideways'])(
    'refuses %s',
    (query) => {
      expect(() => command(`qemu+ssh://host/system?${query}`)).toThrow(TypeError)
    },
  )

  it('passes any word through two shells unchanged', () => {
    // NUL cannot be in an argument at all.
    const words = fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((word) => word.replaceAll('\0', ''))
    fc.assert(
      fc.property(words, (word) => {
        const output = execFileSync('sh', ['-c', viaSh(`printf %s ${quoted(word)}`)], { encoding: 'utf8' })
        expect(output).toBe(word)
      }),
      { numRuns: 40 },
    )
  })
})
