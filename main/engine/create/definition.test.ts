import { DomainXml, XmlDocument } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { noFacts, readStrataFacts, writeStrataFacts } from '../machines/strata-metadata.ts'
import { plainHardware } from '../testing/proposed-machine.ts'
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
  disks: [{ path: '/pool/web.qcow2', type: 'file', format: 'qcow2', bus: 'virtio', cache: 'default' }],
  cdroms: ["/home/a user's/Ünïx <& co>.iso"],
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
    expect(built({}, { accelerator: 'kvm' })).toMatchObject({ type: 'kvm' })
    expect(built({}, { accelerator: 'kvm' }).cpu.mode).toBe('host-passthrough')
    expect(built().cpu.mode).toBe('maximum')
  })

  it('has UEFI only where chosen', () => {
    expect(built({}, { firmware: 'uefi' }).os.firmware).toBe('efi')
    expect(built().os.firmware).toBeNull()
  })

  it('is ready for the guest agent and for numbers from inside', () => {
    const { devices } = built()
    expect(devices.channels.map(({ name }) => name)).toEqual(['org.qemu.guest_agent.0'])
    expect(devices.memoryBalloon.statsPeriodSeconds).toBe(2)
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
