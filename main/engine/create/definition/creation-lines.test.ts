import { execFileSync } from 'node:child_process'

import type { NewMachine } from '@strata/contract/create.ts'
import { describe, expect, it } from 'vitest'

import { plainHardware } from '../../testing/proposed-machine.ts'
import { creationLines, type MadeMachine } from './creation-lines.ts'

const made = (wanted: Partial<NewMachine> = {}, rest: Partial<MadeMachine> = {}): MadeMachine => ({
  uri: 'qemu:///session',
  macAddress: null,
  wanted: {
    ...plainHardware,
    hostId: 'local-session',
    name: 'web-server',
    source: { kind: 'empty' },
    setup: null,
    poolUuid: '0b8e4a44-2f5c-4a5c-9f0e-1d6c7f5f9a11',
    diskBytes: null,
    moreDisks: [],
    ...wanted,
  },
  disks: [
    { path: '/pool/web server.qcow2', type: 'file', format: 'qcow2', bus: 'virtio', cache: 'none', allocation: 'thin' },
  ],
  cdroms: ['/isos/a.iso'],
  directBoot: null,
  ...rest,
})

/** The words as a shell understands them. */
const words = (line: string) =>
  execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
    .trim()
    .split('\n')

describe('a machine as a line for a terminal', () => {
  it('survives a shell, whatever is in its names', () => {
    const [line = ''] = creationLines(made({ name: `it's "$HOME" & co` }))
    const all = words(line)
    expect(all[all.indexOf('--name') + 1]).toBe(`it's "$HOME" & co`)
    expect(all).toContain('path=/pool/web server.qcow2,format=qcow2,bus=virtio,cache=none')
    expect(all).toContain('path=/isos/a.iso,device=cdrom')
  })

  it.each<[string, Partial<NewMachine>, string[]]>([
    ['memory in MiB', { memoryKiB: 4096 * 1024 }, ['--memory', '4096']],
    [
      'the maximum of memory',
      { memoryKiB: 2 ** 20, maxMemoryKiB: 2 ** 21 },
      ['--memory', 'memory=2048,currentMemory=1024'],
    ],
    [
      'the topology',
      { vcpuCount: 8, topology: { sockets: 1, cores: 4, threads: 2 } },
      ['--vcpus', '8,sockets=1,cores=4,threads=2'],
    ],
    ['a named processor', { cpu: { mode: 'named', model: 'EPYC' } }, ['--cpu', 'EPYC']],
    ['a bridge', { network: { kind: 'bridge', bridgeName: 'br0' } }, ['--network', 'bridge=br0,model=virtio']],
    ['no network', { network: { kind: 'none' } }, ['--network', 'none']],
    ['the system', { osId: 'ubuntu22.04' }, ['--osinfo', 'ubuntu22.04']],
    ['the boot order', { bootOrder: ['network', 'disk'] }, ['--boot', 'network,hd']],
    ['a TPM', { tpm: true }, ['--tpm', 'emulator,version=2.0']],
    ['no screen', { video: 'none' }, ['--graphics', 'none']],
  ])('tells %s', (_what, wanted, expected) => {
    const [line = ''] = creationLines(made(wanted))
    const all = words(line)
    const at = all.indexOf(expected[0] ?? '')
    expect(all.slice(at, at + expected.length)).toEqual(expected)
  })

  it('gives the first card the address that is written down inside', () => {
    const moreNics = [{ source: { kind: 'user' as const }, model: 'e1000' as const }]
    const network = { kind: 'user' } as const
    const [line = ''] = creationLines(made({ network, moreNics }, { macAddress: '52:54:00:12:34:56' }))
    expect(words(line).filter((_, at, all) => all[at - 1] === '--network')).toEqual([
      'user,model=virtio,mac=52:54:00:12:34:56',
      'user,model=e1000',
    ])
  })

  it('names nothing of what is set up inside, least of all the password', () => {
    const setup = {
      userName: 'ada',
      password: 'hunter2',
      hostName: null,
      sshKeys: ['ssh-ed25519 AAAA ada'],
      makesKeyPair: false,
      locale: 'en_GB.UTF-8',
      keyboard: 'gb',
      timeZone: 'Europe/London',
      packages: [],
      services: [],
      runCommands: ['echo hunter2'],
      network: { kind: 'dhcp' as const },
      userData: 'chpasswd: hunter2',
    }
    expect(creationLines(made({ setup })).join()).not.toMatch(/hunter2|ssh-ed25519/)
  })
})
