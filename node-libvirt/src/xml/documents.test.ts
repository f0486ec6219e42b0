import { describe, expect, test } from 'vitest'
import { corpus } from '../../testing/xml-corpus.ts'
import {
  CapabilitiesXml,
  DomainCapabilitiesXml,
  DomainCheckpointXml,
  DomainSnapshotXml,
  NetworkXml,
  NodeDeviceXml,
  StoragePoolXml,
  StorageVolumeXml,
} from './index.ts'

function recorded(name: string): string {
  const found = corpus.find((each) => each.name === name)
  if (found === undefined) throw new Error(`${name} is not in the corpus`)
  return found.text
}

describe('a document from a daemon', () => {
  test('of a network tells its way out, its bridge and what it gives out', () => {
    const network = NetworkXml.parse(recorded('qemu/network-nat.xml'))
    expect(network).toMatchObject({
      name: 'lab',
      mtu: 1400,
      domainName: 'lab.example.org',
      isForwarded: true,
      connectionCount: null,
    })
    expect(network.forward.mode).toBe('nat')
    expect(network.bridge).toMatchObject({ name: 'virbr7', stp: true, delaySeconds: 0 })
    expect(network.ips.map(({ family, address }) => [family, address])).toEqual([
      [null, '10.7.0.1'],
      ['ipv6', 'fd00:7::1'],
    ])
    expect(network.ips[0]?.dhcpRanges.map((range) => range.toJSON())).toEqual([
      { start: '10.7.0.100', end: '10.7.0.200' },
    ])
    expect(network.ips[0]?.dhcpHosts[0]).toMatchObject({
      macAddress: '52:54:00:aa:00:01',
      name: 'desktop',
      address: '10.7.0.10',
    })
    expect(NetworkXml.parse(recorded('hard/network-running.xml')).connectionCount).toBe(3)
    expect(NetworkXml.parse(recorded('qemu/network-isolated.xml'))).toMatchObject({ isForwarded: false })
  })

  test('of a pool tells its room in bytes and where it is', () => {
    const pool = StoragePoolXml.parse(recorded('qemu/pool-dir.xml'))
    expect(pool.type).toBe('dir')
    expect(pool.target.path).toBe('/home/user/images')
    expect(pool.capacityBytes).toBe((pool.allocationBytes ?? 0) + (pool.availableBytes ?? 0))
    const nfs = StoragePoolXml.parse(recorded('qemu/pool-nfs.xml'))
    expect(nfs.source).toMatchObject({ directory: '/export/images', format: 'nfs' })
    expect(nfs.source.hosts.map(({ name }) => name)).toEqual(['nas.example.org'])
  })

  test('of a volume tells its sizes in bytes and what it is laid over', () => {
    const volume = StorageVolumeXml.parse(recorded('qemu/volume-overlay.xml'))
    expect(volume).toMatchObject({ name: 'overlay.qcow2', type: 'file', capacityBytes: 1024 ** 3 })
    expect(volume.target.format).toBe('qcow2')
    expect(volume.backingStore).toMatchObject({ path: '/home/user/images/disk.qcow2', format: 'qcow2' })
    expect(StorageVolumeXml.parse(recorded('qemu/volume-raw.xml')).capacityBytes).toBe(64_000_000)
  })

  test('of a snapshot tells when, of what state and where it is kept', () => {
    const running = DomainSnapshotXml.parse(recorded('qemu/snapshot-running.xml'))
    expect(running).toMatchObject({
      name: 'running',
      state: 'paused',
      parentName: 'offline',
      memory: 'internal',
      hasDomain: true,
    })
    expect(running.disks.map(({ name, snapshot }) => [name, snapshot])).toEqual([
      ['vda', 'internal'],
      ['sda', 'no'],
    ])
    expect(running.domain.name).toBe('guest')
    const outside = DomainSnapshotXml.parse(recorded('qemu/snapshot-external.xml'))
    expect(outside).toMatchObject({ memory: 'external', memoryFile: '/home/user/memory.save' })
    expect(outside.disks[0]).toMatchObject({ snapshot: 'external', driver: 'qcow2' })
    expect(outside.disks[0]?.source.file).toBe('/home/user/over.qcow2')
  })

  test('of a checkpoint tells its parent and its bitmaps', () => {
    const checkpoint = DomainCheckpointXml.parse(recorded('qemu/checkpoint-second.xml'))
    expect(checkpoint).toMatchObject({ name: 'second', parentName: 'first', description: 'The second one' })
    expect(checkpoint.disks[0]).toMatchObject({ name: 'vda', checkpoint: 'bitmap', bitmap: 'second' })
  })

  test('of capabilities tells what the host is and which guests it runs', () => {
    const { host, guests } = CapabilitiesXml.parse(recorded('hard/capabilities-server.xml'))
    expect(host).toMatchObject({ iommuSupport: true, migrationTransports: ['tcp', 'rdma'] })
    expect(host.cpu).toMatchObject({ arch: 'x86_64', vendor: 'Intel', features: ['vmx', 'avx512vnni'] })
    expect(host.numaCells.map(({ memoryKiB, cpuIds }) => [memoryKiB, cpuIds])).toEqual([
      [98_304_000, ['0', '2']],
      [98_304_000, ['1']],
    ])
    expect(guests[0]).toMatchObject({ arch: 'x86_64', wordSizeBits: 64 })
    expect(guests[0]?.domainTypes.map(({ type, emulator }) => [type, emulator])).toEqual([
      ['qemu', null],
      ['kvm', '/usr/libexec/qemu-kvm'],
    ])
    expect(guests[0]?.machines[0]).toMatchObject({ name: 'q35', canonicalName: 'pc-q35-9.2', maxCpus: 4096 })
    const real = CapabilitiesXml.parse(recorded('host/capabilities.xml'))
    expect(real.guests.map(({ arch }) => arch)).toContain('x86_64')
  })

  test('of domain capabilities tells firmware, CPU models and devices that can be had', () => {
    const q35 = DomainCapabilitiesXml.parse(recorded('host/domcapabilities-q35.xml'))
    expect(q35).toMatchObject({ domainType: 'qemu', arch: 'x86_64', firmwares: ['efi'] })
    expect(q35.machine).toMatch(/^pc-q35-/)
    expect(q35.loader).toMatchObject({ isSupported: true, secure: ['yes', 'no'] })
    expect(q35.loader.paths.every((path) => path.startsWith('/usr/share/'))).toBe(true)
    expect(q35.cpuModes.map(({ name }) => name)).toEqual(['host-passthrough', 'maximum', 'host-model', 'custom'])
    expect(q35.cpuModes.at(-1)?.models.find(({ name }) => name === 'qemu64')?.usable).toBe('yes')
    expect(q35.devices.diskBuses).toContain('virtio')
    expect(q35.devices.graphicsTypes).toContain('vnc')
    const pc = DomainCapabilitiesXml.parse(recorded('host/domcapabilities-pc.xml'))
    expect(pc.loader.secure).toEqual(['no'])
  })

  test('of a node device tells what it is and its place on the bus', () => {
    const nic = NodeDeviceXml.parse(recorded('hard/nodedev-pci-nic.xml'))
    expect(nic).toMatchObject({ name: 'pci_0000_03_00_0', driver: 'igb', parent: 'pci_0000_00_1c_0' })
    expect(nic.capabilities[0]).toMatchObject({
      type: 'pci',
      bus: 3,
      function: 1,
      vendorId: '0x8086',
      iommuGroup: 15,
      traits: ['virt_functions'],
    })
    expect(nic.capabilities[0]?.iommuGroupMembers).toHaveLength(2)
    expect(NodeDeviceXml.parse(recorded('hard/nodedev-usb-stick.xml')).capabilities[0]).toMatchObject({
      type: 'usb_device',
      usbDevice: 4,
      product: 'Ultra Fit',
    })
    expect(NodeDeviceXml.parse(recorded('hard/nodedev-disk.xml')).capabilities[0]).toMatchObject({
      block: '/dev/sda',
      sizeBytes: 1_000_204_886_016,
    })
  })

  test('of a later libvirt is read as far as it is known, and keeps the words that are not', () => {
    const later = DomainCapabilitiesXml.parse(recorded('hard/domcapabilities-later.xml'))
    expect(later.features).toMatchObject({
      isBackupSupported: true,
      isSgxSupported: false,
      hypervFeatures: ['relaxed', 'vapic'],
    })
    expect(later.devices.graphicsTypes).toEqual(['vnc', 'dbus'])
    expect(later.devices.diskBuses).toEqual([])
  })
})
