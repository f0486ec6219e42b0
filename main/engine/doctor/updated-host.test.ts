import { chown, copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { DomainXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { expectMended } from '../testing/mending.ts'
import { startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'

vi.setConfig({ testTimeout: 90_000 }) // real guests, on machines that may be busy

const cpuElement = /<cpu[^>]*\/>|<cpu[\s\S]*<\/cpu>/

/** What an update of the host, or a move to another one, makes of definitions that were fine: libvirt would refuse to store them, but reads them from its folder. */
const changes = {
  passthrough: (xml: string) => xml.replace(cpuElement, "<cpu mode='host-passthrough'/>"),
  kvm: (xml: string) =>
    xml.replace("<domain type='qemu'", "<domain type='kvm'").replace(cpuElement, "<cpu mode='host-passthrough'/>"),
  old: (xml: string) => xml.replace(/machine='pc-q35-[\d.]+'/, "machine='pc-q35-1.4'"),
  emulator: (xml: string) => xml.replace(/<emulator>[^<]*</, '<emulator>/opt/qemu/bin/qemu-system-x86_64<'),
  many: (xml: string) => xml.replace(/<vcpu[^>]*>\d+</, '<vcpu>2000<'),
  firmware: (xml: string) =>
    xml
      .replace("<os firmware='efi'>", '<os>')
      .replace(/<firmware>[\s\S]*<\/firmware>/, "<loader readonly='yes' type='pflash'>/opt/OVMF_CODE.fd</loader>")
      .replace('</os>', `<nvram>${ownSettings}</nvram></os>`),
} as const
type Changed = keyof typeof changes

let test: TestEngine
const guests = new Map<Changed, TestGuest>()
let ownSettings: string

beforeAll(async () => {
  test = await startTestEngine()
  const names = Object.keys(changes) as Changed[]
  for (const name of names) {
    guests.set(name, await makeGuest(test, name, name === 'firmware' ? { firmware: 'uefi' } : {}))
  }
  ownSettings = join(await test.folder('settings'), 'firmware_VARS.fd')
  await copyFile('/usr/share/OVMF/OVMF_VARS_4M.fd', ownSettings)
  await chown(ownSettings, test.daemon.user.userId, test.daemon.user.groupId)
  await test.restartDaemon(async () => {
    for (const name of names) {
      const path = join(test.daemon.env['XDG_CONFIG_HOME'] ?? '', 'libvirt/qemu', `${name}.xml`)
      const before = await readFile(path, 'utf8')
      const after = changes[name](before)
      expect(after, name).not.toBe(before)
      await writeFile(path, after)
    }
  })
  await test.until(({ machines }) => machines.size === names.length)
}, 120_000)
afterAll(() => test.stop(), 60_000)

function of(name: Changed): TestGuest {
  return guests.get(name) ?? expect.fail(`there is no guest ${name}`)
}

async function definitionOf(name: Changed): Promise<DomainXml> {
  const domain = await test.libvirt.domainLookupByUUID(of(name).uuid)
  return DomainXml.parse(await domain.getXMLDesc(['inactive']))
}

describe('on a host that has changed, a machine', () => {
  it('whose processor cannot be had by emulation gets one that can', async () => {
    await expectMended(test, of('passthrough'), 'cpu-mode-unsupported', 'set-cpu-mode')
  })

  it('that is to run with KVM where there is none runs by emulation, and the cost is said', async () => {
    const cause = await expectMended(test, of('kvm'), 'kvm-missing', 'run-by-emulation')
    expect(cause.repairs[0]?.explanation.english).toContain('ten to a hundred times slower')
  })

  it('of a type that QEMU has dropped gets the newest of its family', async () => {
    await expectMended(test, of('old'), 'machine-type-gone', 'set-machine-type')
    expect((await definitionOf('old')).os.machine).toMatch(/^pc-q35-\d+\.\d+$/)
  })

  it('whose emulator is gone gets the host’s', async () => {
    await expectMended(test, of('emulator'), 'emulator-missing', 'set-emulator')
  })

  it('that cannot have so many processors gets as many as the host has', async () => {
    const cause = await expectMended(test, of('many'), 'too-many-vcpus', 'set-vcpus')
    expect(cause.sentence.english).toContain('wants 2,000 processors')
    expect((await definitionOf('many')).vcpuCount).toBeLessThan(256)
  })

  it('whose firmware is gone gets the one that is installed, and keeps its own settings', async () => {
    await expectMended(test, of('firmware'), 'firmware-missing', 'choose-firmware')
    expect((await definitionOf('firmware')).os.nvram.path).toBe(ownSettings)
  })
})
