import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { DefinitionReport } from '@strata/contract/imports.ts'
import { DomainXml, StorageVolumeXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { qemuImg } from '../../testing/patterned-disk.ts'
import { hostId, startTestEngine, type TestEngine } from '../../testing/test-engine.ts'
import { guestPool, makeGuest, type TestGuest } from '../../testing/test-guest.ts'

vi.setConfig({ testTimeout: 60_000 }) // a real daemon, on machines that may be busy

/** A machine that fits every host with QEMU. */
const plain = (devices = '', more = '', name = 'brought') => `<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>64</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>${more}
  <devices>${devices}
    <input type='keyboard' bus='usb'/>
  </devices>
</domain>
`
const disk = (path: string, format = 'qcow2') => `
    <disk type='file' device='disk'>
      <driver name='qemu' type='${format}'/>
      <source file='${path}'/>
      <target dev='vda' bus='virtio'/>
    </disk>`

describe('a definition from elsewhere', () => {
  let test: TestEngine
  let guest: TestGuest
  let folder: string

  beforeAll(async () => {
    test = await startTestEngine()
    guest = await makeGuest(test, 'resident', {
      edit: (definition) => void definition.devices.interfaces.add({ type: 'user', macAddress: '52:54:00:aa:bb:cc' }),
    })
    folder = await test.folder('elsewhere')
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const inspect = (xml: string) => test.client.imports.inspectDefinition({ hostId, xml })
  const kinds = ({ clashes }: DefinitionReport) =>
    clashes.map(({ kind, mended, blocks }) => `${kind} ${mended === null ? (blocks ? 'blocks' : 'told') : 'mended'}`)
  /** The daemon itself is the judge: what was mended must be taken, by libvirt's schema too. */
  const define = async ({ xml }: DefinitionReport) => {
    // Under a name that no definition here asks for: the engine may not have seen yet that it is gone again.
    const domain = await test.libvirt.domainDefineXML(xml.replace(/<name>[^<]*/, '<name>judged'), ['validate'])
    const described = DomainXml.parse(await domain.getXMLDesc(['inactive']))
    await domain.undefineFlags(['nvram'])
    return described
  }

  it('that fits comes through letter by letter', async () => {
    const text = plain(
      `
    <!-- kept -->
    <odd:thing xmlns:odd='urn:odd'   a = "1" />`,
      `
  <metadata><mine:note xmlns:mine='urn:mine'>of the maker</mine:note></metadata>`,
    )
    expect(await inspect(text)).toEqual({
      name: 'brought',
      xml: text,
      vcpuCount: 1,
      memoryKiB: 64 * 1024,
      clashes: [],
      // libvirt passes over words of another language; what it does with those of tomorrow nobody knows.
      reaches: [expect.objectContaining({ kind: 'unknown', line: 11, text: "<odd:thing xmlns:odd='urn:odd' a='1'>" })],
      problems: [],
    })
  })

  it('gets another name, UUID and MAC address where those are taken, and keeps everything else', async () => {
    const text = plain(
      `
    <interface type='user'>
      <mac address='52:54:00:AA:BB:CC'/>
      <model type='virtio'/>
    </interface>`,
      `
  <uuid>${guest.uuid.toUpperCase()}</uuid>`,
      'resident',
    )
    const report = await inspect(text)
    expect(kinds(report)).toEqual(['name-taken mended', 'uuid-taken mended', 'mac-taken mended'])
    expect(report.name).toBe('resident-2')
    const described = await define(report)
    expect(described.uuid).not.toBe(guest.uuid)
    expect(described.devices.interfaces[0]?.macAddress).toMatch(/^52:54:00:/)
    const mac = described.devices.interfaces[0]?.macAddress ?? ''
    expect(report.xml).toBe(
      text
        .replace('>resident<', '>resident-2<')
        .replace(`  <uuid>${guest.uuid.toUpperCase()}</uuid>\n`, '')
        .replace('52:54:00:AA:BB:CC', mac),
    )
    // The machine that was there is as before.
    expect((await test.libvirt.domainLookupByName('resident')).uuid).toBe(guest.uuid)
  })

  it('finds its disk by its name in a pool, with the format that it has there', async () => {
    const pool = await guestPool(test)
    const volume = StorageVolumeXml.create({ name: 'moved.img', capacityBytes: 1024 ** 2, target: { format: 'raw' } })
    const path = await (await pool.storageVolCreateXML(volume.toString())).getPath()
    const report = await inspect(plain(disk('/mnt/other/moved.img')))
    expect(kinds(report)).toEqual(['file-missing mended'])
    const [found] = (await define(report)).devices.disks
    expect([found?.source.file, found?.driver.type]).toEqual([path, 'raw'])
  })

  it('finds a disk that was copied into the pool behind the daemon’s back', async () => {
    const path = join(guest.diskPath, '..', 'copied-by-hand.qcow2')
    await copyFile(guest.diskPath, path)
    await chmod(path, 0o644)
    const report = await inspect(plain(disk('/gone/copied-by-hand.qcow2')))
    expect((await define(report)).devices.disks[0]?.source.file).toBe(path)
  })

  it('goes without a disk that is nowhere, and with an empty drive', async () => {
    const cdrom = `
    <disk type='file' device='cdrom'>
      <source file='/gone/install.iso'/>
      <target dev='sda' bus='sata'/>
      <readonly/>
    </disk>`
    const report = await inspect(plain(disk('/gone/nowhere.qcow2') + cdrom))
    expect(kinds(report)).toEqual(['file-missing mended', 'file-missing mended'])
    expect(report.clashes.map(({ mended }) => mended?.english)).toEqual([
      expect.stringContaining('without this disk'),
      'The drive is empty.',
    ])
    const { devices } = await define(report)
    expect(devices.disks.map(({ device, source }) => [device, source.file])).toEqual([['cdrom', null]])
  })

  it('is stopped by a disk that another machine writes to', async () => {
    const report = await inspect(plain(disk(guest.diskPath)))
    expect(kinds(report)).toEqual(['file-in-use blocks'])
    expect(report.clashes[0]?.sentence.english).toContain('“resident”')
  })

  const reached = ({ reaches }: DefinitionReport) => reaches.map(({ sentence }) => sentence.english)

  it('is told to reach for a file outside of all pools, also to read and in the home folder', async () => {
    expect(reached(await inspect(plain(disk('/etc/passwd', 'raw'))))).toEqual([
      'The machine may write to /etc/passwd on this computer.',
    ])
    const cdrom = "<disk type='file' device='cdrom'><source file='/etc/passwd'/><target dev='sda' bus='sata'/></disk>"
    expect(reached(await inspect(plain(cdrom)))).toEqual(['The machine may read /etc/passwd on this computer.'])
  })

  it('may have what lies in a pool, but no disk of another machine, and nothing by way of a link', async () => {
    const pool = join(guest.diskPath, '..')
    await writeFile(join(pool, 'free.img'), Buffer.alloc(1024 ** 2))
    expect(reached(await inspect(plain(disk(join(pool, 'free.img'), 'raw'))))).toEqual([])
    const readOnly = disk(guest.diskPath).replace('<target', '<readonly/><target')
    expect(reached(await inspect(plain(readOnly)))).toEqual([
      `The machine may read ${guest.diskPath} on this computer.`,
    ])
    await symlink('/etc/passwd', join(pool, 'link.img'))
    expect(reached(await inspect(plain(disk(join(pool, 'link.img'), 'raw'))))).toEqual([
      `The machine may write to ${join(pool, 'link.img')} on this computer.`,
    ])
  })

  it('is told of files that its images name, however deep', async () => {
    const pool = join(guest.diskPath, '..')
    await writeFile(join(pool, 'base.img'), Buffer.alloc(1024 ** 2))
    const overlay = async (name: string, below: string, format: string) => {
      await qemuImg('create', '-q', '-f', 'qcow2', '-b', below, '-F', format, '-u', join(pool, name), '1M')
      return join(pool, name)
    }
    const honest = await overlay('honest.qcow2', join(pool, 'base.img'), 'raw')
    expect(reached(await inspect(plain(disk(honest))))).toEqual([])
    const hostile = await overlay('hostile.qcow2', '/etc/passwd', 'raw')
    const words = expect.stringContaining('it may read /etc/passwd on this computer') as string
    expect(reached(await inspect(plain(disk(hostile))))).toEqual([words])
    expect(reached(await inspect(plain(disk(await overlay('deep.qcow2', hostile, 'qcow2')))))).toEqual([words])
    const json = await overlay('json.qcow2', 'json:{"driver":"file","filename":"/etc/passwd"}', 'raw')
    expect(reached(await inspect(plain(disk(json))))).toHaveLength(1)
    const data = join(pool, 'data.qcow2')
    await qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${join(pool, 'data.raw')}`, data, '1M')
    expect(reached(await inspect(plain(disk(data))))).toHaveLength(1)
  })

  it('is plugged into what is here', async () => {
    const card = (source: string) => `
    <interface ${source}
      <mac address='52:54:00:00:00:0${source.length % 10}'/>
      <bandwidth><inbound average='1000'/></bandwidth>
      <model type='virtio'/>
    </interface>`
    const report = await inspect(
      plain(
        card("type='network'><source network='lan' portgroup='a'/>") +
          card("type='bridge'><source bridge='br-none'/><virtualport type='openvswitch'/>") +
          card("type='direct'><source dev='eno99' mode='bridge'/>"),
      ),
    )
    expect(kinds(report)).toEqual(Array(3).fill('network-missing mended'))
    expect((await define(report)).devices.interfaces.map(({ type }) => type)).toEqual(['user', 'user', 'user'])
    const network = await test.libvirt.networkDefineXML("<network><name>home</name><bridge name='nl-none'/></network>")
    await vi.waitFor(async () => {
      const again = await inspect(plain(card("type='network'><source network='lan' portgroup='a'/>")))
      expect(again.clashes[0]?.mended?.english).toContain('“home”')
      expect((await define(again)).devices.interfaces[0]?.source.network).toBe('home')
    })
    await network.undefine()
  })

  it('is emulated, with what emulation can do, where there is no KVM for it', async () => {
    const text = plain(
      '',
      `
  <features>
    <acpi/>
    <hyperv><relaxed state='on'/></hyperv>
    <kvm><hidden state='on'/></kvm>
  </features>
  <cpu mode='host-passthrough' check='none' migratable='on'>
    <topology sockets='1' cores='1' threads='1'/>
  </cpu>
  <clock offset='utc'>
    <timer name='hypervclock' present='yes'/>
    <timer name='hpet' present='no'/>
  </clock>`,
    ).replace("type='qemu'", "type='kvm'")
    const report = await inspect(text)
    const usesKvm = DomainXml.parse(report.xml).type === 'kvm'
    if (usesKvm) return expect(report.xml).toBe(text)
    expect(kinds(report)).toEqual(['kvm-missing mended', 'cpu-unavailable mended'])
    const described = await define(report)
    expect(described.cpu.mode).toBe('maximum')
    expect(described.cpu.topology.cores).toBe(1)
    expect(described.clock.toString()).toContain('hpet')
  })

  it('has the machine type, emulator and processor model that are here', async () => {
    const text = plain(
      `
    <emulator>/opt/qemu-99/bin/qemu-kvm</emulator>`,
      `
  <cpu mode='custom' match='exact'>
    <model fallback='forbid'>Imaginary-v9</model>
    <feature policy='require' name='vmx'/>
  </cpu>`,
    ).replace("machine='q35'", "machine='pc-q35-99.0'")
    const report = await inspect(text)
    expect(kinds(report)).toEqual(['emulator-missing mended', 'machine-type-unknown mended', 'cpu-unavailable mended'])
    const described = await define(report)
    expect(described.os.machine).toMatch(/^pc-q35-|^q35$/)
  })

  it.each([
    ['an architecture that nobody runs here', plain().replace('x86_64', 'alpha'), 'emulator-missing blocks'],
    ['another hypervisor', plain().replace("type='qemu'", "type='bhyve'"), 'hypervisor-missing blocks'],
    [
      'a machine type of no family',
      plain().replace("machine='q35'", "machine='nonesuch'"),
      'machine-type-unknown blocks',
    ],
    [
      'a kernel that is not here',
      plain().replace('</os>', '<kernel>/gone/vmlinuz</kernel></os>'),
      'file-missing blocks',
    ],
  ])('is stopped by %s', async (_what, text, kind) => {
    expect(kinds(await inspect(text))).toContain(kind)
  })

  it('boots with the firmware of this host, with variables of its own', async () => {
    const os = `<loader readonly='yes' type='pflash'>/usr/share/edk2/ovmf/OVMF_CODE.fd</loader><nvram template='/usr/share/edk2/ovmf/OVMF_VARS.fd'>/var/lib/libvirt/qemu/nvram/brought_VARS.fd</nvram></os>`
    const report = await inspect(plain('', '<features><acpi/></features>').replace('</os>', os))
    expect(kinds(report)).toEqual(['firmware-missing mended'])
    const described = await define(report)
    // libvirt fills in both at the first start.
    expect([described.os.firmware, described.os.loader.path, described.os.nvram.path]).toEqual(['efi', null, null])
  })

  it('does not write into the variables of the machine whose name it had', async () => {
    const path = join(folder, 'uefi-resident_VARS.fd')
    const uefi = await makeGuest(test, 'uefi-resident', {
      firmware: 'uefi',
      edit: ({ os }) => void (os.nvram.path = path),
    })
    const definition = DomainXml.parse(await uefi.domain.getXMLDesc(['inactive']))
    expect(definition.os.nvram.path).toBe(path)
    await writeFile(path, 'variables')
    const report = await inspect(definition.toString())
    expect(kinds(report)).toContain('file-missing mended')
    // Its disk is the other machine's too; for this test only the firmware counts.
    const described = await define({ ...report, xml: report.xml.replace(/<disk[^]*<\/disk>/, '') })
    expect(described.os.nvram.path).not.toBe(path)
  })

  it('loses the words of a machine that ran, and keeps the addresses of its cards', async () => {
    await guest.domain.create()
    const running = await guest.domain.getXMLDesc()
    await guest.domain.destroy()
    expect(running).toMatch(/<alias/)
    const report = await inspect(running.replaceAll(guest.diskPath, '/gone/nothing-of-it.qcow2'))
    expect(kinds(report)).toContain('runtime-details mended')
    expect(report.xml).not.toMatch(
      /<alias|domain type='qemu' id=|<seclabel type='dynamic'|\/dev\/pts|<source [^>]*index=|domain-\d/,
    )
    const addresses = (text: string) =>
      [...text.matchAll(/<interface[^]*?<\/interface>/g)].map(([card]) => /<address type='pci'.*>/.exec(card)?.[0])
    expect(addresses(report.xml)).toEqual(addresses(running))
    await define(report)
  })

  it('goes without devices and folders of the other host', async () => {
    await mkdir(join(folder, 'shared'), { recursive: true })
    const devices = `
    <hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0xfe' slot='0x1f' function='0x7'/></source></hostdev>
    <hostdev mode='subsystem' type='usb'><source><vendor id='0xdead'/><product id='0xbeef'/></source></hostdev>
    <filesystem type='mount'><source dir='/gone/folder'/><target dir='a'/></filesystem>
    <filesystem type='mount'><source dir='${join(folder, 'shared')}'/><target dir='b'/></filesystem>`
    const report = await inspect(plain(devices))
    expect(kinds(report)).toEqual(['device-missing mended', 'device-missing mended', 'file-missing mended'])
    const described = await define(report)
    expect([
      described.devices.hostDevices.length,
      described.devices.filesystems.map(({ targetTag }) => targetTag),
    ]).toEqual([0, ['b']])
  })

  it('looks for volumes in other pools', async () => {
    const volume = (pool: string, name: string) =>
      plain(`
    <disk type='volume' device='disk'>
      <driver name='qemu' type='raw'/>
      <source pool='${pool}' volume='${name}'/>
      <target dev='vda' bus='virtio'/>
    </disk>`)
    const found = await inspect(volume('vms', 'moved.img'))
    expect(kinds(found)).toEqual(['pool-missing mended'])
    expect((await define(found)).devices.disks[0]?.source.pool).toBe('guests')
    const lost = await inspect(volume('guests', 'nowhere.img'))
    expect(kinds(lost)).toEqual(['file-missing mended'])
    expect(lost.xml).not.toContain('nowhere.img')
  })

  it('tells of arguments that go past libvirt', async () => {
    const text = plain()
      .replace("type='qemu'", "type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'")
      .replace('</domain>', "<qemu:commandline><qemu:arg value='-snapshot'/></qemu:commandline></domain>")
    const report = await inspect(text)
    expect(reached(report)).toEqual([expect.stringContaining('passes arguments of its own to the hypervisor')])
    expect(report.xml).toBe(text)
  })

  it('keeps its passwords', async () => {
    const text = plain(`
    <graphics type='vnc' port='-1' passwd='s3cret' passwdValidTo='2030-01-01T00:00:00'/>`)
    expect((await inspect(text)).xml).toBe(text)
  })

  it.each([
    ['text that ends early', "<domain type='qemu'>\n  <name>x</name>\n  <devices>", 3, 3, 'never closed'],
    ['a stray letter', "<domain type='qemu'>\n  <name>x</nam>\n</domain>", 2, 10, 'expected'],
    ['a network', '<network>\n</network>', 1, 1, 'a network of libvirt'],
    [
      'an OVF file',
      '<?xml version="1.0"?>\n<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"/>',
      2,
      1,
      'appliance',
    ],
    ['anything else', '<recipe/>', 1, 1, 'begins with <recipe>'],
    ['nothing', '', 1, 1, ''],
    [
      'entities that grow without end',
      '<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><domain>&b;</domain>',
      1,
      1,
      '',
    ],
  ])('that is %s is none, and the place is told', async (_what, text, line, column, words) => {
    const report = await inspect(text)
    expect(report).toMatchObject({ name: '', xml: text, clashes: [], problems: [{ line, column }] })
    expect(report.problems[0]?.message.english).toContain(words)
  })

  it('says what is missing before libvirt does', async () => {
    const report = await inspect("<domain><devices><disk type='file'><source file='/x'/></disk></devices></domain>")
    expect(report.problems.map(({ message }) => message.english)).toEqual([
      expect.stringContaining('no type'),
      expect.stringContaining('memory'),
      expect.stringContaining('kind of machine'),
      expect.stringContaining('<target>'),
    ])
    expect(report.name).toBe('imported')
  })
})
