import { execFileSync } from 'node:child_process'
import { guestSetup, type GuestSetup } from '@strata/contract/guest-setup.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { shaCrypt } from '../sha-crypt.ts'
import { testSetup } from '../testing/test-setup.ts'
import type { AnswerFacts, AnswerPlan } from './answer-plan.ts'
import { answerKind, planAnswers } from './plan-answers.ts'

const facts = (changes: Partial<AnswerFacts> = {}): AnswerFacts => ({
  osId: 'debian12',
  architecture: 'x86_64',
  firmware: 'bios',
  diskDevice: '/dev/vda',
  machine: { name: 'Web server', uuid: '11111111-2222-3333-4444-555555555555' },
  macAddress: null,
  volumeLabel: null,
  kernelPath: null,
  initrdPath: null,
  windows: null,
  driversDisc: false,
  mirror: null,
  ...changes,
})

const full: Partial<GuestSetup> = {
  password: 'correct <horse> & "staple"',
  sshKeys: ["ssh-ed25519 AAAA ada's desk"],
  packages: ['qemu-guest-agent', 'nginx'],
  services: ['nginx'],
  runCommands: [`echo "it's" > /root/note & true`],
}

function planOf(osId: string, changes: Partial<GuestSetup> = full, more: Partial<AnswerFacts> = {}): AnswerPlan {
  const plan = planAnswers(facts({ osId, ...more }), testSetup(changes))
  if (plan === null) throw new Error(`${osId} has no plan`)
  return plan
}

const text = (content: Uint8Array | undefined) => new TextDecoder().decode(content)
const discFile = ({ disc }: AnswerPlan, path: string) => text(disc?.files.find((file) => file.path === path)?.content)
const injected = ({ boot }: AnswerPlan, path: string) =>
  text(boot?.injected.find((file) => file.path === path)?.content)
const allText = (plan: AnswerPlan) =>
  [...(plan.disc?.files ?? []), ...(plan.boot?.injected ?? [])].map(({ content }) => text(content)).join('\n')

/** One of the parsers that the world uses; it fails for what is not well formed. */
const xpath = (xml: string, expression: string) =>
  execFileSync('xmllint', ['--xpath', expression, '-'], { input: xml, stdio: 'pipe' }).toString().trim()
const named = (name: string) => `//*[local-name()='${name}']`

describe('the answers of an installer', () => {
  it.each([
    ['debian12', null, 'preseed'],
    ['debiantesting', null, 'preseed'],
    ['debian12', 'd-live 12.5.0 gn amd64', null],
    ['ubuntu22.04', 'Ubuntu-Server 22.04.4 LTS amd64', 'autoinstall'],
    ['ubuntu22.04', 'Ubuntu 22.04.4 LTS amd64', null],
    ['ubuntu24.04', 'Ubuntu 24.04 LTS amd64', 'autoinstall'],
    ['ubuntu18.04', null, 'preseed'],
    ['fedora39', 'Fedora-S-dvd-x86_64-39', 'kickstart'],
    ['fedora39', 'Fedora-WS-Live-39-1-5', null],
    ['fedora-rawhide', null, 'kickstart'],
    ['rhel9.2', null, 'kickstart'],
    ['centos-stream9', null, 'kickstart'],
    ['centos6.10', null, null],
    ['rocky9', null, 'kickstart'],
    ['almalinux9', null, 'kickstart'],
    ['ol9.1', null, 'kickstart'],
    ['opensuse15.5', null, 'autoyast'],
    ['opensusetumbleweed', null, 'autoyast'],
    ['opensuse42.3', null, 'autoyast'],
    ['opensuse16.0', null, null],
    ['sles15sp4', null, 'autoyast'],
    ['win11', null, 'unattend'],
    ['win2k22', null, 'unattend'],
    ['winxp', null, null],
    ['freebsd14.0', null, null],
    ['', null, null],
  ])('of %s on %s are %s', (osId, label, kind) => {
    expect(answerKind(osId, label)).toBe(kind)
  })

  it.each(['debian12', 'ubuntu22.04', 'fedora39', 'opensuse15.5'])(
    'of %s hold the password as a hash alone',
    (osId) => {
      const all = allText(planOf(osId))
      expect(all).not.toContain('staple')
      const hash = /\$6\$[./0-9A-Za-z]+\$[./0-9A-Za-z]{86}/.exec(all)?.[0] ?? ''
      expect(shaCrypt(full.password ?? '', hash)).toBe(hash)
    },
  )

  it('of any kind stay out of the kernel’s command line, which everybody in the guest reads', () => {
    for (const osId of ['debian12', 'ubuntu22.04', 'fedora39', 'opensuse15.5'])
      expect(planOf(osId).boot?.commandLine).not.toMatch(/\$6\$|ada|AAAA/)
  })

  it('start with the kernel that the catalogue names', () => {
    const { boot } = planOf('fedora39', full, { kernelPath: 'a/vmlinuz', initrdPath: 'a/initrd.img' })
    expect(boot?.candidates[0]).toEqual({ kernel: '/a/vmlinuz', initrd: '/a/initrd.img' })
    expect(boot?.candidates).toHaveLength(3)
  })
})

describe('a value of the form', () => {
  it('stays one value in every kind of answers, whatever it holds', () => {
    const marks = ['\\\n', '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029']
    for (const mark of marks) {
      const hostile: Partial<GuestSetup> = {
        ...full,
        timeZone: `Europe/London${mark}EVIL`,
        locale: `en_GB.UTF-8${mark}EVIL`,
        keyboard: `gb${mark}EVIL`,
        packages: [`nginx${mark}EVIL`, `%post${mark}EVIL`],
      }
      for (const osId of ['debian12', 'fedora39']) {
        const all = allText(planOf(osId, hostile))
        expect(all.split(/[\n\r\v\f\u0085\u2028\u2029]/).filter((line) => line.startsWith('EVIL'))).toEqual([])
        expect(all.match(/^%post/gm)?.length ?? 0).toBe(osId === 'fedora39' ? 1 : 0)
      }
      const xml = discFile(planOf('opensuse15.5', hostile), 'autoinst.xml')
      expect(xpath(xml, `count(${named('package')})`)).toBe('4')
      const windows = discFile(planOf('win11', hostile), 'autounattend.xml')
      expect(xpath(windows, `count(${named('TimeZone')})`)).toBe('1')
    }
    expect(injected(planOf('debian12', { ...full, timeZone: 'Europe/London\\' }), 'preseed.cfg')).not.toMatch(/\\$/m)
  })

  it.each<[string, Partial<GuestSetup>]>([
    ['a key with a line separator', { sshKeys: ['ssh-ed25519 AAAA a\u2028ssh-ed25519 BBBB b'] }],
    ['a command with a paragraph separator', { runCommands: ['echo\u2029rm'] }],
    ['a service with a next line', { services: ['a\u0085b'] }],
    ['a time zone that ends in a backslash', { timeZone: 'Europe/London\\' }],
    ['a keyboard that ends its quotation', { keyboard: "gb' --x" }],
    ['a package that opens a section', { packages: ['%post'] }],
    ['a package that is an option', { packages: ['-bash'] }],
    ['two packages', { packages: ['nginx git'] }],
  ])('is refused by the contract as %s', (_what, changes) => {
    expect(guestSetup.safeParse(testSetup(full)).success).toBe(true)
    expect(guestSetup.safeParse(testSetup(changes)).success).toBe(false)
  })
})

describe('a preseed', () => {
  const preseedOf = (changes: Partial<GuestSetup> = full, more: Partial<AnswerFacts> = {}) =>
    injected(planOf('debian12', changes, more), 'preseed.cfg')

  it('is without fault to debconf', () => {
    const check = () => execFileSync('debconf-set-selections', ['--checkonly'], { input: preseedOf(), stdio: 'pipe' })
    expect(check).not.toThrow()
    expect(preseedOf()).toContain('d-i netcfg/hostname string web-server\n')
  })

  it('is not started in the mode that puts language and keyboard off', () => {
    expect(planOf('debian12').boot?.commandLine).not.toMatch(/\bauto\b/)
  })

  it('touches the one disk alone', () => {
    const lines = preseedOf(full, { diskDevice: '/dev/sda' }).split('\n')
    expect(lines.filter((line) => line.includes('/dev/'))).toEqual([
      'd-i partman-auto/disk string /dev/sda',
      'd-i grub-installer/bootdev string /dev/sda',
    ])
  })

  it('gives a fixed address of either kind', () => {
    const network = {
      kind: 'static' as const,
      address: '10.1.2.3/20',
      gateway: '10.1.0.1',
      nameServers: ['10.1.0.2', '10.1.0.3'],
    }
    expect(preseedOf({ ...full, network })).toContain('d-i netcfg/get_netmask string 255.255.240.0\n')
    expect(preseedOf({ ...full, network })).toContain('d-i netcfg/get_nameservers string 10.1.0.2 10.1.0.3\n')
    const six = { ...network, address: 'fd00::10/64', gateway: 'fd00::1', nameServers: [] }
    expect(preseedOf({ ...full, network: six })).toContain('d-i netcfg/get_ipaddress string fd00::10/64\n')
  })

  it('brings a script that does the rest in a shell of its own, whatever the letters', () => {
    const finish = injected(planOf('debian12'), 'strata/finish')
    execFileSync('sh', ['-n'], { input: finish })
    expect(finish).toContain(String.raw`'ssh-ed25519 AAAA ada'\''s desk'`)
    expect(finish.trimEnd().endsWith('exit 0')).toBe(true)
  })
})

describe('the finishing script', () => {
  it('gives each command to a shell as it was typed, and goes on after one that fails', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`ab'"\\$&;|(){} <>*?!#~\``), maxLength: 20 }), (word) => {
        // What is printed is what stood in the line: nothing of it was taken for shell.
        const quoted = `printf '%s' '${word.replaceAll("'", String.raw`'\''`)}'`
        const script = injected(planOf('debian12', { runCommands: ['exit 3', quoted] }), 'strata/finish')
        expect(execFileSync('sh', { input: script, stdio: 'pipe' }).toString()).toBe(word)
      }),
      { numRuns: 30 },
    )
  })
})

describe('Ubuntu’s autoinstall', () => {
  it('is found by cloud-init on a CD of its own and needs no confirmation', () => {
    const plan = planOf('ubuntu22.04')
    expect(plan.disc?.volumeId).toBe('cidata')
    expect(plan.boot?.commandLine).toBe('autoinstall')
    const userData = discFile(plan, 'user-data')
    expect(userData).toMatch(/^#cloud-config\n/)
    const network = { kind: 'static' as const, address: '10.1.2.3/20', gateway: null, nameServers: [] }
    expect(parse(userData)).toMatchObject({
      autoinstall: {
        version: 1,
        identity: { username: 'ada', hostname: 'web-server' },
        ssh: { 'install-server': true, 'authorized-keys': full.sshKeys, 'allow-pw': true },
        storage: { layout: { name: 'direct', match: { path: '/dev/vda' } } },
        packages: full.packages,
        shutdown: 'poweroff',
      },
    })
    expect(parse(discFile(planOf('ubuntu22.04', { ...full, network }), 'user-data'))).toMatchObject({
      autoinstall: {
        network: { version: 2, ethernets: { card0: { match: { name: 'e*' }, addresses: ['10.1.2.3/20'] } } },
      },
    })
  })
})

describe('a kickstart', () => {
  it('is on a CD that Anaconda looks for, and the kernel knows where the rest of the installer is', () => {
    const plan = planOf('fedora39', full, { volumeLabel: 'Fedora Server 39' })
    expect(plan.disc?.volumeId).toBe('OEMDRV')
    expect(plan.boot?.commandLine).toBe(
      String.raw`inst.stage2=hd:LABEL=Fedora\x20Server\x2039 inst.ks=hd:LABEL=OEMDRV:/ks.cfg`,
    )
    const lines = discFile(plan, 'ks.cfg').split('\n')
    expect(lines).toEqual(
      expect.arrayContaining(['ignoredisk --only-use=vda', 'rootpw --lock', 'poweroff', '@core', 'nginx']),
    )
    expect(lines.filter((line) => line === '%end')).toHaveLength(2)
  })
})

describe('an AutoYaST profile', () => {
  it('is well formed, and its script survives the way through XML', () => {
    const xml = discFile(planOf('opensuse15.5'), 'autoinst.xml')
    expect(xpath(xml, `string(${named('keymap')})`)).toBe('english-uk')
    expect(xpath(xml, `string(${named('drive')}/*[1])`)).toBe('/dev/vda')
    const script = xpath(xml, `string(${named('source')})`)
    execFileSync('sh', ['-n'], { input: script })
    expect(script).toContain('!targetpw')
    expect(script).toContain(`& true`)
  })
})

describe('Windows’ answers', () => {
  const xmlOf = (more: Partial<AnswerFacts> = {}, changes = full) =>
    discFile(
      planOf('win11', { ...changes, locale: 'de_DE.UTF-8', keyboard: 'de', timeZone: 'Europe/Berlin' }, more),
      'autounattend.xml',
    )

  it('are well formed, with the password as the format wants it', () => {
    const value = xpath(xmlOf(), `string(${named('LocalAccount')}${named('Value')})`)
    expect(Buffer.from(value, 'base64').toString('utf16le')).toBe(`${full.password ?? ''}Password`)
    expect(xpath(xmlOf(), `string(${named('CommandLine')})`)).toBe(`cmd /c ${full.runCommands?.[0] ?? ''}`)
    expect(xpath(xmlOf(), `string(${named('TimeZone')})`)).toBe('W. Europe Standard Time')
    expect(xpath(xmlOf(), `string(${named('ComputerName')})`)).toBe('web-server')
  })

  it('lay the disk out as its firmware needs it, and install on the last partition', () => {
    const kinds = (xml: string) => xpath(xml, `${named('CreatePartition')}/*[local-name()='Type']/text()`).split('\n')
    const target = (xml: string) => xpath(xml, `string(${named('InstallTo')}/*[local-name()='PartitionID'])`)
    expect(kinds(xmlOf({ firmware: 'uefi-secure' }))).toEqual(['EFI', 'MSR', 'Primary'])
    expect(target(xmlOf({ firmware: 'uefi-secure' }))).toBe('3')
    expect(kinds(xmlOf())).toEqual(['Primary', 'Primary'])
    expect(target(xmlOf())).toBe('2')
  })

  it('choose an edition, leave the product key out and the checks for TPM in', () => {
    expect(xpath(xmlOf(), `string(${named('MetaData')}/*[local-name()='Value'])`)).toBe('Windows 11 Pro')
    const chosen = xmlOf({ windows: { language: 'de-DE', edition: 'Windows 11 Home' } })
    expect(xpath(chosen, `string(${named('MetaData')}/*[local-name()='Value'])`)).toBe('Windows 11 Home')
    expect(xpath(chosen, `string(${named('SetupUILanguage')})`)).toBe('de-DE')
    expect(xpath(chosen, `count(${named('ProductKey')}/*[local-name()='Key'])`)).toBe('0')
    expect(chosen).not.toMatch(/Bypass|LabConfig/)
  })

  it('take drivers and the agent from their CD where there is one', () => {
    expect(xmlOf()).not.toContain('DriverPaths')
    const xml = xmlOf({ driversDisc: true })
    expect(xml).toContain(String.raw`<Path>E:\viostor\w11\amd64</Path>`)
    expect(xml).toContain(String.raw`<Path>F:\NetKVM\w11\amd64</Path>`)
    expect(xml).toContain('qemu-ga-x86_64.msi')
  })

  it('say what they cannot do, and that the medium waits for a key', () => {
    expect(planOf('win11')).toMatchObject({ boot: null, atEnd: 'restarts' })
    expect(planOf('win11').leavesOut).toContain('sshKeys')
  })

  it('stay well formed whatever is in the fields', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (password) => {
        expect(xpath(xmlOf({}, { ...full, runCommands: [password] }), `count(${named('CommandLine')})`)).toBe('1')
      }),
      { numRuns: 30 },
    )
  })
})
