import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { describe, expect, it } from 'vitest'

import { checkSetup } from './check-setup.ts'
import { makeSshKeyPair } from './keys/ssh-key-pair.ts'
import { testSetup } from './testing/test-setup.ts'

const { publicKey, privateKey } = makeSshKeyPair('ada@desk')
const good = { sshKeys: [publicKey] }
const fixed = (changes: Partial<Extract<GuestSetup['network'], { kind: 'static' }>>): Partial<GuestSetup> => ({
  ...good,
  network: { kind: 'static', address: '192.168.1.10/24', gateway: '192.168.1.1', nameServers: [], ...changes },
})

describe('a set-up', () => {
  it.each([
    ['for cloud-init', good, 'cloud-init'],
    ['with a made key pair', { makesKeyPair: true }, 'cloud-init'],
    ['with a password only', { password: 'correct horse' }, 'cloud-init'],
    ['for an installer', { ...good, password: 'correct horse' }, 'answers'],
    ['without a language of its own', { ...good, locale: '', keyboard: '', timeZone: '' }, 'cloud-init'],
    ['with a fixed address', fixed({ nameServers: ['9.9.9.9', '2620:fe::fe'] }), 'cloud-init'],
    ['with a fixed address of IPv6', fixed({ address: 'fd00::10/64', gateway: 'fd00::1' }), 'cloud-init'],
    ['with a key that has options', { sshKeys: [`no-pty,command="echo hi" ${publicKey}`] }, 'cloud-init'],
  ] as const)('%s has no fault', (_, changes, kind) => {
    expect(checkSetup(testSetup({ ...(changes as Partial<GuestSetup>) }), kind)).toEqual([])
  })

  it.each<[string, Partial<GuestSetup>, keyof GuestSetup, 'error' | 'warning', RegExp]>([
    ['lets nobody in', {}, 'sshKeys', 'error', /Nobody could sign in/],
    ['has an empty password', { password: '' }, 'password', 'error', /at least one letter/],
    ['has a short password', { password: 'short' }, 'password', 'warning', /short/],
    ['has its user’s name as password', { password: 'Ada' }, 'password', 'warning', /user’s name/],
    ['takes a name of the system’s', { ...good, userName: 'www-data' }, 'userName', 'error', /www-data/],
    ['has half a key', { sshKeys: [publicKey.slice(0, 50)] }, 'sshKeys', 'error', /piece/],
    ['gives a private key away', { sshKeys: [privateKey.split('\n')[0] ?? ''] }, 'sshKeys', 'error', /private key/],
    ['names no time zone', { ...good, timeZone: 'Europe/Atlantis' }, 'timeZone', 'error', /Atlantis/],
    ['names no locale', { ...good, locale: 'English' }, 'locale', 'error', /en_GB/],
    ['names no keyboard', { ...good, keyboard: 'gb us' }, 'keyboard', 'error', /gb us/],
    ['has two packages in one line', { ...good, packages: ['nginx git'] }, 'packages', 'error', /nginx git/],
    ['has a service that is none', { ...good, services: ['a; b'] }, 'services', 'error', /a; b/],
    ['has a command with a bell', { ...good, runCommands: ['echo \u{7}'] }, 'runCommands', 'error', /typed/],
    ['has no length of its network', fixed({ address: '192.168.1.10' }), 'network', 'error', /length/],
    ['has a length that cannot be', fixed({ address: '192.168.1.10/33' }), 'network', 'error', /length/],
    ['has a gateway of another kind', fixed({ gateway: 'fd00::1' }), 'network', 'error', /same kind/],
    ['has a gateway elsewhere', fixed({ gateway: '10.0.0.1' }), 'network', 'error', /not in the network/],
    ['has no gateway', fixed({ gateway: null }), 'network', 'warning', /own network only/],
    ['has a name server by name', fixed({ nameServers: ['dns.example.org'] }), 'network', 'error', /dns\.example/],
    ['has YAML that cannot be read', { ...good, userData: '#cloud-config\na: [\n' }, 'userData', 'error', /^Line \d+:/],
    [
      'has a key of the wrong shape',
      { ...good, userData: '#cloud-config\npackages: x\n' },
      'userData',
      'warning',
      /Line 2.*list/,
    ],
    ['is a script', { ...good, userData: '#!/bin/sh\n' }, 'userData', 'warning', /script/],
  ])('that %s is told so', (_, changes, part, severity, message) => {
    expect(checkSetup(testSetup(changes), 'cloud-init')).toMatchObject([
      { part, severity, message: { english: expect.stringMatching(message) as string } },
    ])
  })

  it('for an installer needs a password, whatever keys it has', () => {
    expect(checkSetup(testSetup(good), 'answers')).toMatchObject([
      {
        part: 'password',
        severity: 'error',
        message: { english: expect.stringContaining('needs a password') as string },
      },
    ])
  })
})
