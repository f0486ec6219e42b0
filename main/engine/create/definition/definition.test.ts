import { DomainXml, XmlDocument } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { noFacts, readStrataFacts, writeStrataFacts } from '../../definitions/strata-metadata.ts'
import { plainHardware } from '../../testing/proposed-machine.ts'
import { buildDefinition, type SettledMachine } from './definition.ts'

const settled: SettledMachine = {
  wanted: {
    ...plainHardware,
    name: 'web <1> & "co"',
    vcpuCount: 2,
    memoryKiB: 4096 * 1024,
    network: { kind: 'user' },
  },
  uuid: '0b8e4a44-2f5c-4a5c-9f0e-1d6c7f5f9a11',
  architecture: 'x86_64',
  osUri: null,
  macAddress: null,
  disks: [
    { path: '/pool/web.qcow2', type: 'file', format: 'qcow2', bus: 'virtio', cache: 'default', allocation: 'thin' },
  ],
  cdroms: ["/home/a user's/Ünïx <& co>.iso"],
  seeds: [],
  directBoot: null,
  variablesPath: null,
  screen: { kind: 'socket' },
  facts: {
    origin: { createdAtMs: Date.UTC(2026, 0, 2, 3, 4, 5), mediaName: 'Ünïx <& co>.iso' },
    nextName: null,
    ownMedia: ['/pool/a & b-seed.iso'],
    installation: { runs: 'automatic', drives: ['sda', 'sdb'], files: ['/pool/<kernel>'] },
    isTemplate: false,
  },
}

const built = (changes: Partial<SettledMachine> = {}, wanted: Partial<SettledMachine['wanted']> = {}) =>
  DomainXml.parse(buildDefinition({ ...settled, ...changes, wanted: { ...settled.wanted, ...wanted } }).toString())

describe('the definition of a new machine', () => {
  it('carries every value through, odd characters included', () => {
    const domain = built()
    expect(domain).toMatchObject({ type: 'qemu', name: 'web <1> & "co"', memoryKiB: 4096 * 1024, vcpuCount: 2 })
    expect(domain.devices.disks.map((disk) => [disk.device, disk.source.file, disk.bootOrder])).toEqual([
      ['disk', '/pool/web.qcow2', 1],
      ['cdrom', "/home/a user's/Ünïx <& co>.iso", 2],
    ])
  })

  it('tells where the machine came from, in its own metadata', () => {
    expect(readStrataFacts(built().metadata)).toEqual(settled.facts)
  })

  it('keeps the screen on a socket, or on loopback behind a password, and never open', () => {
    const [socket] = built().devices.graphics
    expect(socket?.listens.map(({ type }) => type)).toEqual(['socket'])
    const [loopback] = built({ screen: { kind: 'loopback', password: 'secret12' } }).devices.graphics
    expect(loopback?.listens.map(({ address }) => address)).toEqual(['127.0.0.1'])
    expect(loopback?.password).toBe('secret12')
  })

  it.each([
    [{ kind: 'user' } as const, 'user', null],
    [{ kind: 'network', networkName: 'default' } as const, 'network', 'default'],
    [{ kind: 'bridge', bridgeName: 'br0' } as const, 'bridge', 'br0'],
  ])('plugs the card into %j', (network, type, source) => {
    const [card] = built({}, { network }).devices.interfaces
    expect(card?.type).toBe(type)
    expect(card?.source.network ?? card?.source.bridge ?? null).toBe(source)
    expect(card?.model).toBe('virtio')
  })

  it('has no card where none is wanted', () => {
    expect(built({}, { network: { kind: 'none' } }).devices.interfaces).toHaveLength(0)
  })

  it('runs on the processor itself only where that was chosen', () => {
    expect([built({}, { accelerator: 'kvm' }).type, built().type]).toEqual(['kvm', 'qemu'])
  })

  it.each([
    [{ mode: 'host-passthrough' } as const, { mode: 'host-passthrough', check: 'none' }],
    [{ mode: 'maximum' } as const, { mode: 'maximum' }],
    [
      { mode: 'named', model: 'EPYC-Milan' } as const,
      { mode: 'custom', match: 'exact', model: 'EPYC-Milan', fallback: 'forbid' },
    ],
  ])('has the processor %j', (cpu, expected) => {
    expect(built({}, { cpu }).cpu.toJSON()).toEqual(expected)
  })

  it('has its processors in the sockets that were asked for, and those of Windows in one', () => {
    const shape = (wanted: Partial<SettledMachine['wanted']>) => built({}, wanted).cpu.topology.toJSON()
    expect(shape({ vcpuCount: 4, topology: { sockets: 2, cores: 1, threads: 2 } })).toEqual({
      sockets: 2,
      cores: 1,
      threads: 2,
    })
    expect(shape({ vcpuCount: 4, osId: 'win11' })).toEqual({ sockets: 1, cores: 4, threads: 1 })
    expect(shape({ vcpuCount: 4, osId: 'debian12' })).toEqual({})
  })

  it('is built with the memory that it can grow to, and starts with what it was given', () => {
    expect(built({}, { maxMemoryKiB: 8192 * 1024 })).toMatchObject({
      memoryKiB: 8192 * 1024,
      currentMemoryKiB: 4096 * 1024,
    })
    expect(built()).toMatchObject({ memoryKiB: 4096 * 1024, currentMemoryKiB: 4096 * 1024 })
  })

  it.each([
    ['bios', null, {}, null],
    ['uefi', 'efi', { 'secure-boot': false }, null],
    ['uefi-secure', 'efi', { 'secure-boot': true, 'enrolled-keys': true }, true],
  ] as const)('asks for the firmware %s', (firmware, kind, features, smm) => {
    const domain = built({ variablesPath: '/pool/web_VARS.fd' }, { firmware })
    expect(domain.os.firmware).toBe(kind)
    expect(Object.fromEntries(domain.os.firmwareFeatures.map(({ name, enabled }) => [name, enabled]))).toEqual(features)
    expect(domain.features.smm).toBe(smm)
    expect(domain.os.nvram.path).toBe('/pool/web_VARS.fd')
  })

  it('starts a kernel past the firmware when it is given one', () => {
    const directBoot = { kernelPath: '/k/linux', initrdPath: '/k/initrd', commandLine: 'auto=true "a & b"' }
    expect(built({ directBoot }).os).toMatchObject({
      kernelPath: '/k/linux',
      initrdPath: '/k/initrd',
      kernelCommandLine: 'auto=true "a & b"',
    })
  })

  it('puts the CDs where the machine type has a place for them', () => {
    const drives = (machineType: 'q35' | 'pc' | 'virt') =>
      built({ cdroms: ['/a.iso', null] }, { machineType, disk: { ...settled.wanted.disk, bus: 'sata' } })
        .devices.disks.filter(({ device }) => device === 'cdrom')
        .map(({ target, source }) => [target.bus, target.device, source.file])
    expect(drives('q35')).toEqual([['sata', 'sda', '/a.iso'], ['sata', 'sdb', null]]) // prettier-ignore
    expect(drives('pc')).toEqual([['ide', 'hda', '/a.iso'], ['ide', 'hdb', null]]) // prettier-ignore
    expect(drives('virt')).toEqual([['scsi', 'sda', '/a.iso'], ['scsi', 'sdb', null]]) // prettier-ignore
  })

  it('puts on SATA what finds no place on IDE any more', () => {
    const [disk] = settled.disks
    const { disks } = built(
      { disks: Array.from({ length: 3 }, () => ({ ...disk!, bus: 'ide' as const })), seeds: ['/seed.iso'] },
      { machineType: 'pc', osId: 'winxp' },
    ).devices
    expect(disks.map(({ device, target }) => [device, target.bus, target.device])).toEqual([
      ['disk', 'ide', 'hda'],
      ['disk', 'ide', 'hdb'],
      ['disk', 'ide', 'hdc'],
      ['cdrom', 'ide', 'hdd'],
      ['cdrom', 'sata', 'sda'],
    ])
  })

  it('names its disks without two of one name, and gives SCSI disks controllers that systems know', () => {
    const [disk] = settled.disks
    const buses = [
      'virtio',
      'sata',
      'scsi',
      'usb',
      'virtio',
      ...Array.from({ length: 22 }, () => 'scsi' as const),
    ] as const
    const { devices } = built({ disks: buses.map((bus) => ({ ...disk!, bus })) })
    const names = devices.disks.map(({ target }) => target.device)
    expect(names.slice(0, 5)).toEqual(['vda', 'sda', 'sdb', 'sdc', 'vdb'])
    expect(new Set(names).size).toBe(names.length)
    expect(names.at(-1)).toBe('sdz')
    expect(devices.controllers.filter(({ type }) => type === 'scsi').map(({ index, model }) => [index, model])).toEqual(
      [
        [0, 'virtio-scsi'],
        [1, 'virtio-scsi'],
        [2, 'virtio-scsi'],
        [3, 'virtio-scsi'], // prettier-ignore
      ],
    )
  })

  it('gives back what the guest throws away, but not from a disk whose room was taken at once', () => {
    const driver = (changes: Partial<SettledMachine['disks'][number]>) =>
      built({ disks: [{ ...settled.disks[0]!, ...changes }] }).devices.disks[0]?.driver
    expect(driver({})).toMatchObject({ discard: 'unmap', cache: null, io: null })
    expect(driver({ allocation: 'full', cache: 'writeback' })).toMatchObject({ discard: 'ignore', cache: 'writeback' })
    expect(driver({ type: 'block', format: 'raw', cache: 'none' })).toMatchObject({ cache: 'none', io: 'native' })
    expect(driver({ cache: 'none' })?.io).toBeNull()
  })

  it('boots in the order that was asked for, further disks last', () => {
    const order = (bootOrder: SettledMachine['wanted']['bootOrder']) => {
      const { disks, interfaces } = built(
        { disks: [settled.disks[0]!, settled.disks[0]!], cdroms: ['/a.iso', '/drivers.iso'] },
        { bootOrder, moreNics: [{ source: { kind: 'user' }, model: 'e1000' }] },
      ).devices
      return [...disks, ...interfaces].map((device) => device.bootOrder)
    }
    expect(order(['disk', 'cdrom'])).toEqual([1, 3, 2, null, null, null])
    expect(order(['network', 'cdrom', 'disk'])).toEqual([4, 5, 3, null, 1, 2])
    expect(order(['network'])).toEqual([null, null, null, null, 1, 2])
  })

  it('has all cards that were asked for, each of its model', () => {
    const cards = built(
      {},
      {
        network: { kind: 'none' },
        nicModel: 'e1000e',
        moreNics: [
          { source: { kind: 'macvtap', deviceName: 'eth0' }, model: 'e1000e' },
          { source: { kind: 'bridge', bridgeName: 'br0' }, model: 'rtl8139' },
        ],
      },
    ).devices.interfaces
    expect(cards.map(({ type, model, source }) => [type, model, source.device ?? source.bridge])).toEqual([
      ['direct', 'e1000e', 'eth0'],
      ['bridge', 'rtl8139', 'br0'],
    ])
  })

  it('has a serial console and no screen where there is no video card', () => {
    const { devices } = built({}, { video: 'none' })
    expect(devices.graphics).toHaveLength(0)
    expect(devices.inputs).toHaveLength(0)
    expect(devices.videos.map(({ model }) => model)).toEqual(['none'])
    expect(devices.serials).toHaveLength(1)
  })

  it.each([
    ['q35', 'tpm-crb'],
    ['pc', 'tpm-tis'],
    ['virt', 'tpm-tis'],
  ] as const)('has a TPM that %s machines know', (machineType, model) => {
    const { tpms } = built({}, { tpm: true, machineType, firmware: 'uefi' }).devices
    expect(tpms.map((tpm) => tpm.toJSON())).toEqual([{ model, backend: 'emulator', version: '2.0' }])
    expect(built().devices.tpms).toHaveLength(0)
  })

  it('suits Windows: local time, and on KVM what it asks of a hypervisor', () => {
    const kvm = built({}, { osId: 'win11', accelerator: 'kvm' })
    expect(kvm.clock.offset).toBe('localtime')
    expect(kvm.clock.timers.map(({ name, isPresent }) => [name, isPresent])).toContainEqual(['hypervclock', true])
    expect(kvm.clock.timers.map(({ name, isPresent }) => [name, isPresent])).toContainEqual(['hpet', false])
    expect(kvm.features).toMatchObject({ hypervSpinlocks: true, hypervSpinlockRetries: 8191, hypervStimer: true })
    const emulated = built({}, { osId: 'win11' })
    expect([emulated.clock.offset, emulated.features.hasHyperv]).toEqual(['localtime', false])
    const linux = built({}, { osId: 'debian12', accelerator: 'kvm' })
    expect([linux.clock.offset, linux.features.hasHyperv]).toEqual(['utc', false])
    const usb = (osId: string) =>
      built({}, { osId })
        .devices.controllers.filter(({ type }) => type === 'usb')
        .map(({ model }) => model)
    expect([usb('win7'), usb('win11')]).toEqual([[], ['qemu-xhci']])
  })

  it('says which system is in it, for other programs that read osinfo’s names', () => {
    expect(built({ osUri: 'http://ubuntu.com/ubuntu/22.04' }).metadata.osId).toBe('http://ubuntu.com/ubuntu/22.04')
    expect(built().metadata.osId).toBeNull()
  })

  it('is ready for the guest agent and for numbers from inside', () => {
    const { devices } = built()
    expect(devices.channels.map(({ name }) => name)).toEqual(['org.qemu.guest_agent.0'])
    expect(devices.rngs).toHaveLength(1)
    expect(devices.memoryBalloon.statsPeriodSeconds).toBe(2)
    const bare = built({}, { agentChannel: false, rng: false }).devices
    expect([bare.channels.length, bare.rngs.length]).toEqual([0, 0])
  })
})

describe("Strata's facts in a definition", () => {
  it('change without touching what another version of Strata wrote beside them', () => {
    const domain = built()
    domain.metadata.write(
      'urn:strata:machine:1',
      '<s:machine xmlns:s="urn:strata:machine:1"><s:tags><s:tag>blue</s:tag></s:tags></s:machine>',
    )
    writeStrataFacts(domain.metadata, { ...noFacts, nextName: 'Zoë & co', isTemplate: true })
    const again = DomainXml.parse(domain.toString())
    expect(readStrataFacts(again.metadata)).toEqual({ ...noFacts, nextName: 'Zoë & co', isTemplate: true })
    const kept = XmlDocument.parse(again.metadata.read('urn:strata:machine:1') ?? '').root.elements[0]
    expect(kept?.localName).toBe('tags')
    expect(kept?.namespaceUri).toBe('urn:strata:machine:1')
  })

  it('leave nothing behind when there is nothing to say', () => {
    const domain = built()
    writeStrataFacts(domain.metadata, noFacts)
    expect(domain.toString()).not.toContain('urn:strata')
  })
})
