import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corpus } from '../../testing/xml-corpus.ts'
import { DomainSnapshotXml, DomainXml, NetworkXml, StoragePoolXml, StorageVolumeXml, XmlError } from './index.ts'

const recorded = (name: string) => {
  const found = corpus.find((each) => each.name === name)
  if (found === undefined) throw new Error(`${name} is not in the corpus`)
  return DomainXml.parse(found.text)
}

describe('a definition that libvirt wrote', () => {
  test('is read into the facts of the machine', () => {
    const domain = recorded('qemu/domain-desktop-uefi.xml')
    expect(domain).toMatchObject({
      type: 'qemu',
      name: 'desktop',
      title: 'A desktop with everything on it',
      memoryKiB: 4 * 1024 ** 2,
      currentMemoryKiB: 2 * 1024 ** 2,
      maximumMemoryKiB: 16 * 1024 ** 2,
      vcpuCount: 4,
      vcpuCurrent: 2,
      onCrash: 'preserve',
    })
    expect(domain.description).toBe('First line\nSecond line, with <angle brackets> & an ampersand')
    expect(domain.metadata.osId).toBe('http://debian.org/debian/12')
    expect(domain.os.bootDevices).toEqual(['cdrom', 'hd', 'network'])
    expect(domain.os.firmware).toBe('efi')
    expect(recorded('qemu/domain-secure-boot.xml').os.loader).toMatchObject({
      isSecure: true,
      isReadOnly: true,
      type: 'pflash',
    })
    expect(domain.cpu.topology.toJSON()).toEqual({ sockets: 1, dies: 1, cores: 2, threads: 2 })
    expect(domain.features).toMatchObject({ acpi: true, apic: true, smm: true, vmport: false })
    expect(domain.devices.disks.map(({ target }) => target.device)).toEqual(['vda', 'vdb', 'sda', 'sdb', 'sdc'])
    expect(domain.devices.disks.find(({ device }) => device === 'cdrom')?.isReadOnly).toBe(true)
    expect(domain.devices.interfaces.map(({ type }) => type)).toEqual(['network', 'bridge', 'direct', 'user'])
    expect(domain.devices.interfaces[0]?.linkState).toBe('down')
    expect(domain.devices.memoryBalloon.statsPeriodSeconds).toBe(2)
  })

  test('tells what a running guest was given', () => {
    const domain = recorded('qemu/domain-guest-live.xml')
    expect(domain.id).toBeGreaterThan(0)
    const [disk] = domain.devices.disks
    expect(disk?.backingChain.map(({ source, format }) => [source.file, format])).toEqual([
      ['/home/user/base.qcow2', 'qcow2'],
    ])
    expect(domain.devices.graphics[0]?.listens[0]).toMatchObject({
      type: 'socket',
      socket: expect.stringContaining('/vnc.sock') as string,
    })
    expect(domain.devices.channels[0]).toMatchObject({ name: 'org.qemu.guest_agent.0', state: 'disconnected' })
    expect(domain.devices.consoles[0]?.tty).toMatch(/^\/dev\/pts\//)
  })

  test('shows the chain of images down to its end', () => {
    const [disk] = recorded('qemu/domain-backing-chain.xml').devices.disks
    expect(disk?.backingChain.map(({ type, source }) => [type, source.file ?? source.device])).toEqual([
      ['file', '/srv/machines/chained.1'],
      ['block', '/dev/vg0/base'],
    ])
  })
})

describe('a domain', () => {
  test('refuses a document of another kind, where its root stands', () => {
    expect(() => DomainXml.parse('<?xml version="1.0"?>\n <network/>')).toThrow(
      new XmlError('<domain> was expected, not <network>', 2, 2),
    )
  })

  test('keeps passwords out of its JSON', () => {
    const domain = recorded('qemu/domain-desktop-uefi.xml')
    expect(domain.devices.graphics[0]?.password).toBe('notareal')
    expect(JSON.stringify(domain)).not.toContain('notareal')
    expect(JSON.stringify(domain)).toContain('"sharePolicy":"force-shared"')
  })

  test('can be written without its passwords, and keeps them itself', () => {
    const domain = recorded('qemu/domain-desktop-uefi.xml')
    const text = domain.toString()
    expect(domain.withoutSecrets()).toBe(text.replace(" passwd='notareal'", ''))
    expect(domain.toString()).toBe(text)
  })

  test('gives one device as a document of its own', () => {
    const domain = DomainXml.parse(
      '<domain xmlns:x="urn:x"><devices><disk type="file"><x:note/><target dev="vda"/></disk></devices></domain>',
    )
    const text = '<disk type="file" xmlns:x="urn:x"><x:note/><target dev="vda"/></disk>'
    expect(domain.devices.disks.map(String)).toEqual([text])
    expect(`${domain.devices.disks[0]?.target.toString()}${domain.os.toString()}`).toBe('<target dev="vda"/>')
    expect(DomainXml.parse('<domain/>').devices.inputs.add({ type: 'tablet', bus: 'usb' }).toString()).toBe(
      "<input type='tablet' bus='usb'/>",
    )
  })

  test('cannot be created without what libvirt asks for', () => {
    const create: (fields: object) => DomainXml = (fields) =>
      DomainXml.create(fields as { type: 'qemu'; name: string; memoryKiB: number; vcpuCount: number })
    expect(() => create({ type: 'qemu', name: 'x' })).toThrow('memoryKiB, vcpuCount')
    expect(() => create({ type: 'qemu', name: 'x', memoryKiB: 1, vcpuCount: 1, colour: 'red' })).toThrow(
      "no property 'colour'",
    )
  })

  test('hands its devices out by index, and takes them back', () => {
    const domain = recorded('qemu/domain-desktop-uefi.xml')
    const { disks } = domain.devices
    const added = disks.add({ type: 'file', target: { device: 'vdz' } })
    expect(disks).toHaveLength(6)
    expect(domain.devices.disks[0]?.target.device).toBe('vda')
    expect(domain.devices.disks.at(-1)?.target.device).toBe('vdz')
    disks.remove(added)
    expect(() => {
      disks.remove(added)
    }).toThrow(TypeError)
    expect(domain.devices.disks).toHaveLength(5)
  })
})

/** libvirt's own schema is the judge. Its test driver runs inside virsh, so each call has a host to itself. */
describe('what is created from nothing', { timeout: 30_000 }, () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xml-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  function accepted(document: { toString(): string }, ...command: string[]): string {
    const file = join(folder, 'document.xml')
    writeFileSync(file, document.toString())
    const script = command.map((each) => each.replace('FILE', file)).join('; ')
    return execFileSync('virsh', ['-q', '-c', 'test:///default', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  test('a machine with the devices that the manager gives it is valid, and comes back the same', () => {
    const domain = DomainXml.create({
      type: 'test',
      name: 'web & <co>',
      title: 'Web',
      metadata: { osId: 'http://debian.org/debian/12' },
      memoryKiB: 2 * 1024 ** 2,
      vcpuCount: 2,
      os: { type: 'hvm', arch: 'x86_64', machine: 'q35' },
      features: { acpi: true, apic: true },
      cpu: { mode: 'host-passthrough', check: 'none' },
      clock: { offset: 'utc', timers: [{ name: 'rtc', tickPolicy: 'catchup' }] },
      onPowerOff: 'destroy',
      onReboot: 'restart',
      onCrash: 'destroy',
      devices: { emulator: '/usr/bin/qemu-system-x86_64' },
    })
    const { devices } = domain
    devices.disks.add({
      type: 'file',
      device: 'disk',
      driver: { name: 'qemu', type: 'qcow2', discard: 'unmap' },
      source: { file: '/srv/web.qcow2' },
      target: { device: 'vda', bus: 'virtio' },
      bootOrder: 2,
    })
    devices.disks.add({
      type: 'file',
      device: 'cdrom',
      source: { file: '/srv/a.iso', startupPolicy: 'optional' },
      target: { device: 'sda', bus: 'sata' },
      isReadOnly: true,
      bootOrder: 1,
    })
    devices.interfaces.add({ type: 'network', source: { network: 'default' }, model: 'virtio', linkState: 'up' })
    devices.interfaces.add({ type: 'user', model: 'virtio' })
    devices.graphics.add({ type: 'vnc', listens: [{ type: 'socket' }] })
    devices.videos.add({ model: 'virtio', heads: 1, isPrimary: true })
    devices.channels.add({ type: 'unix', targetType: 'virtio', name: 'org.qemu.guest_agent.0' })
    devices.serials.add({ type: 'pty' })
    devices.consoles.add({ type: 'pty' })
    devices.inputs.add({ type: 'tablet', bus: 'usb' })
    devices.rngs.add({ model: 'virtio', backendModel: 'random', backendPath: '/dev/urandom' })
    devices.tpms.add({ model: 'tpm-crb', backend: 'emulator', version: '2.0' })
    devices.sounds.add({ model: 'ich9' })
    devices.watchdogs.add({ model: 'i6300esb', action: 'reset' })
    devices.controllers.add({ type: 'usb', index: 0, model: 'qemu-xhci' })
    devices.hostDevices.add({
      mode: 'subsystem',
      type: 'usb',
      managed: true,
      usbVendorId: '0x046d',
      usbProductId: '0xc534',
    })
    devices.filesystems.add({ type: 'mount', accessMode: 'mapped', sourceDirectory: '/srv/share', targetTag: 'share' })
    devices.memoryBalloon.model = 'virtio'
    devices.memoryBalloon.statsPeriodSeconds = 2

    const back = DomainXml.parse(accepted(domain, 'define --validate FILE', "dumpxml 'web & <co>'"))
    expect(back.toJSON()).toMatchObject({
      name: 'web & <co>',
      memoryKiB: 2 * 1024 ** 2,
      vcpuCount: 2,
      metadata: { osId: 'http://debian.org/debian/12' },
    })
    expect(back.devices.disks.map((disk) => disk.toJSON())).toMatchObject(
      devices.disks.map((disk) => ({
        source: disk.source.toJSON(),
        target: disk.target.toJSON(),
        bootOrder: disk.bootOrder,
      })),
    )
    expect(back.devices.memoryBalloon.statsPeriodSeconds).toBe(2)
  })

  test('a machine with only what is demanded is valid once it says what it runs', () => {
    const domain = DomainXml.create({ type: 'test', name: 'bare', memoryKiB: 1024, vcpuCount: 1, os: { type: 'hvm' } })
    expect(DomainXml.parse(accepted(domain, 'define --validate FILE', 'dumpxml bare')).memoryKiB).toBe(1024)
  })

  test('a network is valid, and comes back the same', () => {
    const network = NetworkXml.create({
      name: 'lab',
      isForwarded: true,
      forward: { mode: 'nat' },
      bridge: { name: 'virbr7', stp: true, delaySeconds: 0 },
      ips: [{ address: '10.7.0.1', netmask: '255.255.255.0', dhcpRanges: [{ start: '10.7.0.2', end: '10.7.0.254' }] }],
    })
    const back = NetworkXml.parse(accepted(network, 'net-define --validate FILE', 'net-dumpxml lab'))
    expect(back.toJSON()).toMatchObject(network.toJSON())
  })

  test('a pool is valid and a volume is taken, and both come back the same', () => {
    const pool = StoragePoolXml.create({
      type: 'dir',
      name: 'fast',
      target: { path: '/srv/fast', permissions: { mode: '0711' } },
    })
    const made = StoragePoolXml.parse(accepted(pool, 'pool-define --validate FILE', 'pool-dumpxml fast'))
    expect(made).toMatchObject({ type: 'dir', name: 'fast' })
    expect(made.target.path).toBe('/srv/fast')
    const volume = StorageVolumeXml.create({
      name: 'web.qcow2',
      capacityBytes: 50 * 1024 ** 3,
      allocationBytes: 0,
      target: { format: 'qcow2' },
    })
    const back = StorageVolumeXml.parse(
      accepted(volume, 'vol-create default-pool FILE', 'vol-dumpxml web.qcow2 default-pool'),
    )
    expect(back).toMatchObject({ name: 'web.qcow2', capacityBytes: 50 * 1024 ** 3, allocationBytes: 0 })
  })

  test('a snapshot is valid, and comes back the same', () => {
    const snapshot = DomainSnapshotXml.create({ name: 'before', description: 'a < b' })
    const back = DomainSnapshotXml.parse(
      accepted(snapshot, 'snapshot-create test FILE --validate', 'snapshot-dumpxml test before'),
    )
    expect(back).toMatchObject({ name: 'before', description: 'a < b', state: 'running', parentName: null })
    expect(back.creationTimeSeconds).toBeGreaterThan(1_700_000_000)
    expect(back.domain.name).toBe('test')
  })
})
