import { crossSection, strataLayers } from '@strata/contract/cross-section.ts'
import type { Machine } from '@strata/contract/machines.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { DomainXml } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { buildCrossSection } from './build.ts'
import { nothingKnown } from './read-hardware.ts'
import type { CrossSectionSources, DiskPicture } from './sources.ts'

const poolUuid = '00000000-0000-4000-8000-00000000000a'
const GiB = 1024 ** 3

const machine: Machine = {
  hostId: 'h',
  uuid: '00000000-0000-4000-8000-000000000001',
  name: 'web',
  title: null,
  state: 'running',
  stateReason: null,
  stateSinceMs: null,
  persistent: true,
  hasSavedState: false,
  autostart: false,
  vcpuCount: 2,
  memoryKiB: 4 * 1024 ** 2,
  maxMemoryKiB: 4 * 1024 ** 2,
  accelerator: 'kvm',
  firmware: 'bios',
  osName: null,
  graphics: 'vnc',
  diskPaths: [],
  networkNames: [],
  macAddresses: [],
  addresses: [],
  installation: null,
  setup: null,
  isTemplate: false,
  shutdownAskedAtMs: null,
  definitionRevision: 1,
  snapshotsRevision: 0,
}

const definition = DomainXml.parse(`<domain type='kvm' id='1'><name>web</name>
  <devices>
    <disk type='file' device='disk'><source file='/pool/web.qcow2'/><target dev='vda'/></disk>
    <interface type='network'><mac address='52:54:00:1C:9F:02'/><source network='default'/><model type='virtio'/></interface>
    <interface type='user'><mac address='52:54:00:1c:9f:03'/><link state='down'/></interface>
  </devices>
  <seclabel type='dynamic' model='apparmor' relabel='yes'><label>libvirt-1</label></seclabel></domain>`)

const disk: DiskPicture = {
  target: 'vda',
  device: 'disk',
  path: '/pool/web.qcow2',
  format: 'qcow2',
  layers: 3,
  capacityBytes: 50 * GiB,
  allocationBytes: 6.4 * GiB,
  isMissing: false,
  poolUuid,
}

const whole: CrossSectionSources = {
  machine,
  definition,
  disks: [disk],
  sample: { takenAtMs: 1, row: [0.18, 2.1 * 1024 ** 2, 0, 0, 0, 0], memorySource: 'guest' },
  agent: 'talking',
  guest: {
    osName: 'Ubuntu 22.04',
    kernel: '5.15',
    hostname: 'web-server',
    fileSystems: [
      { mountPoint: '/', type: 'ext4', totalBytes: 49 * GiB, usedBytes: 48.6 * GiB, diskTargets: ['vda', 'sdz'] },
    ],
    interfaces: [{ name: 'eth0', macAddress: '52:54:00:1c:9f:02', addresses: ['192.168.122.20', 'fd00::20'] }],
  },
  host: {
    isThisComputer: true,
    label: 'This computer',
    facts: {
      hostname: 'desk',
      hypervisor: 'QEMU',
      hypervisorVersion: '7.2.9',
      libvirtVersion: '9.0.0',
      architecture: 'x86_64',
      cpuModel: 'Intel i7-10700K',
      cpuCount: 16,
      cpuSockets: 1,
      cpuCoresPerSocket: 8,
      cpuThreadsPerCore: 2,
      memoryKiB: 32 * 1024 ** 2,
      kvm: { usable: true, reason: null },
    },
    load: {
      hostId: 'h',
      cpuShare: 0.2,
      memoryUsedKiB: 11.2 * 1024 ** 2,
      memoryKiB: 32 * 1024 ** 2,
      diskAvailableBytes: null,
    },
    machines: [
      machine,
      { ...machine, memoryKiB: 36 * 1024 ** 2, vcpuCount: 30 },
      { ...machine, state: 'shut-off', vcpuCount: 500 },
    ],
    networks: [
      {
        hostId: 'h',
        uuid: 'n',
        name: 'default',
        active: true,
        autostart: true,
        forward: 'nat',
        bridge: 'virbr0',
        cidrs: ['192.168.122.1/24'],
      },
    ],
    pools: [
      {
        hostId: 'h',
        uuid: poolUuid,
        name: 'default',
        type: 'dir',
        state: 'running',
        autostart: true,
        path: '/pool',
        capacityBytes: 100 * GiB,
        allocationBytes: 61 * GiB,
        availableBytes: 39 * GiB,
        volumesRevision: 1,
      },
    ],
  },
  hardware: {
    storage: new Map([
      [
        '/pool',
        { name: 'nvme0n1p2', fileSystem: 'ext4', mountPoint: '/', totalBytes: 100 * GiB, availableBytes: 39 * GiB },
      ],
    ]),
    route: { name: 'enp3s0', isUp: true, speedMbitPerS: 1_000 },
    bridgePorts: new Map(),
  },
}

const cut = (changes: Partial<CrossSectionSources> = {}) => {
  const section = buildCrossSection({ ...whole, ...changes })
  const node = (id: string) => section.nodes.find((each) => each.id === id)
  /** All that a node stands on, down to the ground. */
  const below = (id: string): string[] =>
    section.links.filter(({ upperId }) => upperId === id).flatMap(({ lowerId }) => [lowerId, ...below(lowerId)])
  return { section, node, below }
}

describe('a cross-section', () => {
  it('follows an address down to the wire, and a file system down to its device', () => {
    const { below } = cut()
    expect(below('address-eth0')).toEqual(['nic-0', 'network-default', 'nic-enp3s0'])
    expect(below('fs-%2F')).toEqual(['disk-vda', `pool-${poolUuid}`, 'storage-nvme0n1p2'])
    expect(below('vcpu')).toEqual(['accelerator', 'cpu', 'over-commit', 'cpu', 'host-memory'])
  })

  it('says of each thing what it is, in numbers', () => {
    const { section, node } = cut()
    expect(node('disk-vda')).toMatchObject({
      title: 'vDisk vda',
      detail: 'qcow2, 3 layers, 6.4 GiB of 50 GiB',
      share: 0.128,
    })
    expect(node('vcpu')).toMatchObject({ title: '2 vCPU', detail: '18 % now' })
    expect(node('memory')).toMatchObject({ detail: '2.1 GiB of 4 GiB in use', health: 'good' })
    expect(node('network-default')).toMatchObject({ title: 'network default', detail: 'NAT, 192.168.122.1/24, virbr0' })
    expect(node('nic-enp3s0')).toMatchObject({ detail: '1 Gbit/s, up' })
    expect(node('isolation')).toMatchObject({ detail: 'AppArmor in force' })
    expect(node('cpu')).toMatchObject({ title: 'Intel i7-10700K', detail: '8 cores, KVM works' })
    expect(section.captions).toEqual({
      application: 'what it is for',
      guest: 'Ubuntu 22.04, kernel 5.15',
      machine: '2 vCPU, 4 GiB',
      hypervisor: 'QEMU 7.2 on KVM',
      hardware: 'this computer',
    })
  })

  it('warns of what is promised, full or pulled out', () => {
    const { node } = cut()
    expect(node('over-commit')).toMatchObject({ detail: 'CPU 2.0 to 1, memory 1.3 to 1', health: 'warning' })
    expect(node('fs-%2F')).toMatchObject({ health: 'broken' })
    expect(node('nic-1')).toMatchObject({ health: 'warning', detail: '52:54:00:1c:9f:03, cable out' })
  })

  it.each([
    ['no-channel', 'no channel', 'absent'],
    ['silent', 'does not answer', 'warning'],
  ] as const)('with an agent that is %s says so, and claims nothing of the guest', (agent, detail, health) => {
    const { section, node } = cut({ agent, guest: null, machine: { ...machine, addresses: ['192.168.122.20'] } })
    expect(node('agent')).toMatchObject({ detail, health })
    expect(section.captions.guest).toEqual('system not known')
    expect(section.nodes.filter(({ id }) => id.startsWith('fs-'))).toEqual([])
    // Two cards: whose the leased address is, nobody said.
    expect(section.links.filter(({ upperId }) => upperId.startsWith('address-'))).toEqual([])
    expect(node('services')).toMatchObject({ health: 'absent' })
  })

  it('of a machine that is off measures nothing and blames nobody', () => {
    const { node } = cut({ machine: { ...machine, state: 'shut-off' }, agent: 'silent', guest: null, sample: null })
    expect(node('agent')).toMatchObject({ health: 'absent', detail: 'the machine is off' })
    expect(node('vcpu')).toMatchObject({ share: null, detail: 'off' })
    expect(node('services')).toMatchObject({ title: 'No services' })
  })

  it('tells emulation, and why', () => {
    const facts = whole.host.facts && {
      ...whole.host.facts,
      kvm: { usable: false, reason: unkeyed('There is no /dev/kvm.') },
    }
    const emulated = { ...machine, accelerator: 'emulation' as const }
    const { node } = cut({ machine: emulated, host: { ...whole.host, facts } })
    expect(node('accelerator')).toMatchObject({ title: 'Emulation', health: 'warning' })
    expect(node('accelerator')?.meaning.english).toContain('There is no /dev/kvm.')
    expect(cut({ machine: emulated }).node('accelerator')?.detail.english).toBe('KVM would be faster')
  })

  it('shows what is broken below the machine', () => {
    const networks = whole.host.networks.map((network) => ({ ...network, active: false }))
    const pools = whole.host.pools.map((pool) => ({ ...pool, state: 'inactive' as const }))
    const { node } = cut({ host: { ...whole.host, networks, pools }, disks: [{ ...disk, isMissing: true }] })
    expect(node('network-default')?.health).toBe('broken')
    expect(node(`pool-${poolUuid}`)?.health).toBe('broken')
    expect(node('disk-vda')).toMatchObject({ health: 'broken', detail: 'web.qcow2 is not there' })
    expect(cut({ host: { ...whole.host, networks: [] } }).node('network-default')).toMatchObject({
      health: 'broken',
      detail: 'is not there',
    })
  })

  it('takes a guest’s words as text, and not too much of it', () => {
    const hostname = '<script>alert(1)</script>'.repeat(100)
    const guest = whole.guest && { ...whole.guest, hostname }
    const detail = cut({
      guest: guest && { ...guest, interfaces: [{ name: 'eth0', macAddress: null, addresses: ['10.0.0.1'] }] },
    }).node('address-eth0')?.detail
    expect(detail?.english.length).toBeLessThanOrEqual(160)
  })

  it.each<[string, Partial<CrossSectionSources>]>([
    ['everything', {}],
    ['no definition yet', { definition: null, disks: [] }],
    [
      'a host that has told nothing',
      {
        host: { ...whole.host, facts: null, load: null, pools: [], networks: [], machines: [] },
        hardware: nothingKnown,
      },
    ],
    ['another computer', { host: { ...whole.host, isThisComputer: false }, hardware: nothingKnown }],
    [
      'a test machine',
      { machine: { ...machine, accelerator: 'test' }, sample: null, agent: 'no-channel', guest: null },
    ],
    [
      'an empty drive and a full one',
      {
        disks: [
          { ...disk, device: 'cdrom', path: null },
          { ...disk, target: 'sdb', device: 'cdrom', poolUuid: null, path: '/iso/a b.iso' },
        ],
      },
    ],
  ])('fits the contract with %s: five layers, whole sentences, no line to nowhere', (_, changes) => {
    const { section } = cut(changes)
    expect(crossSection.parse(section)).toEqual(section)
    const ids = section.nodes.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(new Set(section.nodes.map(({ stratum }) => stratum))).toEqual(new Set(strataLayers))
    for (const { meaning, title, detail } of section.nodes) {
      expect(meaning.english).toMatch(/^\S.*[.]$/)
      expect(title.english).not.toBe('')
      expect(`${title.english} ${detail.english}`).not.toMatch(/undefined|null|NaN/)
    }
    const layerOf = (id: string) =>
      strataLayers.indexOf(section.nodes.find((node) => node.id === id)?.stratum ?? 'application')
    for (const { upperId, lowerId } of section.links) expect(layerOf(lowerId)).toBeGreaterThan(layerOf(upperId))
  })
})
