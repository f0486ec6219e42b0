import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { testSetup } from '../testing/test-setup.ts'
import { readUserData } from './read-user-data.ts'
import { writeUserData } from './write-user-data.ts'

const byHand = `#cloud-config
# The web server of the workshop.
users:
  - default
  - name: ada # first of us
    gecos: Ada Lovelace
    ssh_authorized_keys:
      - ssh-ed25519 AAAA ada@desk # the desk
timezone: Europe/London
packages:
  - nginx
  - [postgresql, '15.*']
write_files:
  - path: /etc/motd
    content: |
      Hello
runcmd:
  - [systemctl, enable, --now, nginx]
  - echo ready # tells
  - [sh, -c, 'true']
  - |
    cd /tmp
    make
`

const fieldsFrom = (text: string, setup: GuestSetup = testSetup()) => readUserData(setup, text)

describe('user data made from the fields', () => {
  it('says who signs in, what is installed and what runs, behind the line that cloud-init looks for', () => {
    const text = writeUserData(
      testSetup({
        hostName: 'web',
        sshKeys: ['ssh-ed25519 AAAA ada@desk'],
        packages: ['nginx'],
        services: ['nginx'],
        runCommands: ['echo hello'],
      }),
    )
    expect(text.split('\n')[0]).toBe('#cloud-config')
    expect(parse(text)).toEqual({
      hostname: 'web',
      users: [
        {
          name: 'ada',
          sudo: 'ALL=(ALL) NOPASSWD:ALL',
          shell: '/bin/bash',
          ssh_authorized_keys: ['ssh-ed25519 AAAA ada@desk'],
        },
      ],
      locale: 'en_GB.UTF-8',
      keyboard: { layout: 'gb' },
      timezone: 'Europe/London',
      packages: ['nginx'],
      package_update: true,
      runcmd: [['systemctl', 'enable', '--now', 'nginx'], 'echo hello'],
    })
  })

  it('never holds the password', () => {
    expect(writeUserData(testSetup({ password: 'correct horse' }))).not.toContain('horse')
  })

  it('quotes what YAML 1.1 takes for something else: Norway’s keyboard is not false', () => {
    const text = writeUserData(testSetup({ keyboard: 'no', packages: ['yes', '1e3', '0x10'] }))
    expect(parse(text, { version: '1.1' })).toMatchObject({
      keyboard: { layout: 'no' },
      packages: ['yes', '1e3', '0x10'],
    })
  })

  it('gives the fields back', () => {
    fc.assert(
      fc.property(anySetup, (setup) => {
        expect(fieldsFrom(writeUserData(setup), testSetup()).setup).toEqual({
          ...setup,
          ...{ password: null, userData: writeUserData(setup) },
        })
      }),
    )
  })

  it('gives the fields back over a text that said something else', () => {
    fc.assert(
      fc.property(anySetup, anySetup, (first, second) => {
        const text = writeUserData({ ...second, userData: writeUserData(first) })
        expect(fieldsFrom(text).setup).toEqual({ ...second, password: null, userData: text })
      }),
    )
  })
})

describe('user data that somebody wrote', () => {
  it('is read into the fields, and what they do not know is no problem', () => {
    const { setup, problems } = fieldsFrom(byHand)
    expect(problems).toEqual([])
    expect(setup).toMatchObject({
      userName: 'ada',
      hostName: null,
      sshKeys: ['ssh-ed25519 AAAA ada@desk'],
      timeZone: 'Europe/London',
      locale: '',
      packages: ['nginx'],
      services: ['nginx'],
      runCommands: ['echo ready'],
      userData: byHand,
    })
  })

  it('is given back letter by letter while the fields say the same', () => {
    expect(writeUserData(fieldsFrom(byHand).setup)).toBe(byHand)
  })

  it('keeps comments, unknown keys and foreign items when a field changes', () => {
    const { setup } = fieldsFrom(byHand)
    const text = writeUserData({
      ...setup,
      userName: 'grace',
      sshKeys: [...setup.sshKeys, 'ssh-ed25519 BBBB'],
      packages: ['git', 'nginx'],
      services: [],
      runCommands: ['echo ready', 'echo steady'],
    })
    for (const kept of [
      '# The web server of the workshop.',
      '# first of us',
      '# the desk',
      '# tells',
      'gecos: Ada Lovelace',
    ])
      expect(text).toContain(kept)
    expect(parse(text)).toEqual({
      users: [
        'default',
        {
          name: 'grace',
          gecos: 'Ada Lovelace',
          ssh_authorized_keys: ['ssh-ed25519 AAAA ada@desk', 'ssh-ed25519 BBBB'],
        },
      ],
      timezone: 'Europe/London',
      packages: ['git', ['postgresql', '15.*'], 'nginx'],
      package_update: true,
      write_files: [{ path: '/etc/motd', content: 'Hello\n' }],
      runcmd: ['echo ready', 'echo steady', ['sh', '-c', 'true'], 'cd /tmp\nmake\n'],
    })
  })

  it('loses a key whose field was emptied', () => {
    const { setup } = fieldsFrom(byHand)
    expect(parse(writeUserData({ ...setup, timeZone: '', sshKeys: [] }))).not.toHaveProperty('timezone')
  })

  it.each([
    ['packages: nginx\n', 1, 11, /packages.*list/],
    ['users: ada\n', 1, 8, /users.*list/],
    ['runcmd: echo\n', 1, 9, /runcmd.*list/],
    ['hostname: [a]\n', 1, 11, /hostname.*host name/],
    ['hostname: "no such name"\n', 1, 11, /hostname.*host name/],
    ['timezone: {a: b}\n', 1, 11, /timezone.*time zone/],
    ['keyboard: gb\n', 1, 11, /keyboard.*layout/],
    ['users:\n  - name: Ada L\n', 2, 11, /name.*user name/],
    ['users:\n  - name: ada\n    passwd: $6$x\n', 3, 5, /password/i],
    ['chpasswd: {expire: false}\n', 1, 1, /password/i],
    ['users:\n  - name: ada\n    ssh_authorized_keys: AAAA\n', 3, 26, /keys/],
    ['a: [1, 2\nb: 3\n', 2, 1, /./],
    ['just words\n', 1, 1, /keys with values/],
    ['a: 1\na: 2\n', 2, 1, /unique/],
  ])('with the fault %j says where it is', (body, line, column, message) => {
    const before = testSetup({ packages: ['kept'] })
    const { setup, problems } = fieldsFrom(`#cloud-config\n${body}`, before)
    expect(problems[0]).toMatchObject({
      message: { english: expect.stringMatching(message) as string },
      line: line + 1,
      column,
    })
    expect(setup.userName).toBe('ada')
  })

  it('without its first line is read, and told so', () => {
    const { setup, problems } = fieldsFrom('packages: [git]\n')
    expect(setup.packages).toEqual(['git'])
    expect(problems).toMatchObject([
      { message: { english: expect.stringContaining('#cloud-config') as string }, line: 1, column: 1 },
    ])
    expect(writeUserData({ ...setup, packages: ['git', 'vim'] })).toMatch(/^#cloud-config\n/)
  })

  it.each(['#!/bin/sh\necho hello\n', '#include\nhttps://example.org/seed\n', 'Content-Type: multipart/mixed\n'])(
    'of another format is kept as it stands: %j',
    (text) => {
      const { setup, problems } = fieldsFrom(text)
      expect(problems).toHaveLength(1)
      expect(writeUserData({ ...setup, packages: ['more'] })).toBe(text)
    },
  )

  it('that cannot be read is not written over', () => {
    const broken = '#cloud-config\na: [1\n'
    expect(writeUserData(testSetup({ userData: broken, packages: ['more'] }))).toBe(broken)
  })

  it('that unfolds without end is refused as it is read', () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
    )
    const { problems } = fieldsFrom(`#cloud-config\na0: &a0 [x]\n${levels.join('\n')}\npackages: *a20\n`)
    expect(problems.length).toBeLessThan(3)
  })

  it('keeps its meaning when it is read and written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('users', 'packages', 'runcmd', 'locale', 'bootcmd', 'keyboard', 'x'),
          fc.jsonValue({ maxDepth: 3 }),
        ),
        (value) => {
          const text = `#cloud-config\n${JSON.stringify(value)}\n`
          expect(parse(writeUserData(fieldsFrom(text).setup), { version: '1.1' })).toEqual(
            parse(text, { version: '1.1' }),
          )
        },
      ),
    )
  })
})

const line = fc.string({ unit: fc.constantFrom(...'abcxyz019 -_#:{}[]&*!|>\'"%@,äß€'), minLength: 1, maxLength: 20 })
const anySetup = fc
  .record({
    userName: fc.constantFrom('ada', 'grace', '_svc', 'null', 'no'),
    hostName: fc.option(fc.constantFrom('web', '42', 'true', 'a-b')),
    sshKeys: fc.array(line, { maxLength: 3 }),
    locale: fc.constantFrom('', 'en_GB.UTF-8', 'C.UTF-8'),
    keyboard: fc.constantFrom('', 'gb', 'no', 'de'),
    timeZone: fc.constantFrom('', 'Europe/London', 'Etc/GMT+1'),
    packages: fc.array(fc.stringMatching(/^@?[a-zA-Z0-9][a-zA-Z0-9+._:@/=~^*-]{0,20}$/), { maxLength: 4 }),
    services: fc.array(line, { maxLength: 3 }),
    runCommands: fc.array(line, { maxLength: 4 }),
  })
  .map((fields) => testSetup({ ...fields, userData: null }))

describe('a text that would keep the reader busy', () => {
  it.each([
    ['merge keys', '#cloud-config\na: &a {}\nb:\n' + '  <<: *a\n'.repeat(20_000)],
    ['empty keys', '#cloud-config\n' + ': a\n'.repeat(60_000)],
    ['keys', '#cloud-config\n' + Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('')],
  ])('with %s without end is refused before it is read', (_what, text) => {
    const { problems, setup } = readUserData(testSetup(), text)
    expect(problems).toMatchObject([
      { message: { english: expect.stringContaining('more than Strata reads') as string }, line: null, column: null },
    ])
    expect(setup.userData).toBe(text)
  })
})
