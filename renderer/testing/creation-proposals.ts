import type { CreationDefaults, MachineSource, Profile } from '@strata/contract/create.ts'
import type { GuestSetup } from '@strata/contract/guest-setup.ts'

import { uuidOf } from './generated-fleet.ts'

const usual = 'as usual'
const nothing = { packages: [], services: [] }

/** What an engine proposes on a host with room for everything; tests change what they are about. */
export const creationProposals: CreationDefaults = {
  name: { value: 'machine-1', reason: 'the next free name' },
  osId: { value: null, reason: 'nothing is chosen yet' },
  setup: { value: null, reason: 'nothing is set up inside' },
  vcpuCount: { value: 2, reason: 'half of four' },
  topology: { value: null, reason: usual },
  cpu: { value: { mode: 'maximum' }, reason: usual },
  memoryKiB: { value: 2 * 1024 ** 2, reason: 'a quarter' },
  maxMemoryKiB: { value: null, reason: usual },
  poolUuid: { value: '11111111-2222-3333-4444-555555555555', reason: 'the only one' },
  diskBytes: { value: 20 * 1024 ** 3, reason: 'thin' },
  disk: { value: { bus: 'virtio', cache: 'default', allocation: 'thin' }, reason: usual },
  moreDisks: { value: [], reason: usual },
  network: { value: { kind: 'user' }, reason: 'session' },
  nicModel: { value: 'virtio', reason: usual },
  moreNics: { value: [], reason: usual },
  firmware: { value: 'bios', reason: 'restore points work' },
  tpm: { value: false, reason: usual },
  machineType: { value: 'q35', reason: usual },
  accelerator: { value: 'emulation', reason: 'no KVM' },
  video: { value: 'vga', reason: usual },
  sound: { value: 'none', reason: usual },
  agentChannel: { value: true, reason: usual },
  rng: { value: true, reason: usual },
  driversMedia: { value: null, reason: usual },
  bootOrder: { value: ['disk', 'cdrom'], reason: usual },
  autostart: { value: false, reason: usual },
  startsNow: { value: true, reason: usual },
  limits: { vcpuCount: 16, memoryKiB: 32 * 1024 ** 2, freeMemoryKiB: 8 * 1024 ** 2 },
  networks: [],
  choices: {
    firmwares: [
      { value: 'bios', reason: null },
      { value: 'uefi', reason: null },
    ],
    machineTypes: ['q35', 'pc'],
    cpuModels: ['EPYC', 'qemu64'],
    videos: ['virtio', 'vga'],
    diskBuses: ['virtio', 'scsi', 'sata', 'ide', 'usb'],
    tpm: null,
    setup: null,
  },
  profiles: [],
  profile: 'server',
}

const GIB = 1024 ** 3

export const guestSetupProposal: GuestSetup = {
  userName: 'ada',
  password: null,
  hostName: null,
  sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleEx ada@desk'],
  makesKeyPair: false,
  locale: 'en_GB.UTF-8',
  keyboard: 'gb',
  timeZone: 'Europe/London',
  packages: [],
  services: [],
  runCommands: [],
  network: { kind: 'dhcp' },
  userData: null,
}

const nameOf = (source: MachineSource | null): string => {
  switch (source?.kind) {
    case 'cloud-image':
      return source.imageId.replace(/-amd64$/, '')
    case 'iso':
      return source.media.kind === 'file' && source.media.path.includes('ubuntu-22.04') ? 'ubuntu-22.04' : 'new-machine'
    case 'template':
    case 'restore-point':
    case 'disk-image':
    case 'appliance':
    case 'definition':
    case 'network-boot':
    case 'empty':
    case undefined:
      return 'new-machine'
  }
}

/** The proposals of a computer with room for everything, for what was chosen. */
export function proposalsFor(source: MachineSource | null, profile: Profile | null): CreationDefaults {
  const web = profile === 'web-server'
  const kind =
    source?.kind === 'cloud-image'
      ? 'cloud-init'
      : source?.kind === 'iso' && source.installs === 'automatically'
        ? 'answers'
        : null
  return {
    ...creationProposals,
    name: { value: web ? 'web-server' : nameOf(source), reason: 'free on this host' },
    osId: { value: source?.kind === 'cloud-image' ? source.imageId.replace(/-amd64$/, '') : null, reason: '' },
    setup:
      kind === null
        ? { value: null, reason: '' }
        : {
            value: { ...guestSetupProposal, ...(web ? { packages: ['nginx'], services: ['nginx'] } : {}) },
            reason: 'your own name and key',
          },
    vcpuCount: { value: 2, reason: 'what such systems suggest' },
    memoryKiB: { value: 4 * 1024 ** 2, reason: '20 GiB are free' },
    diskBytes: { value: 50 * GIB, reason: 'thin: takes room as it fills; 412 GiB free' },
    poolUuid: { value: uuidOf(8, 1), reason: 'the pool for disks here' },
    network: { value: { kind: 'network', networkName: 'default' }, reason: 'reaches out; this computer can reach it' },
    firmware: { value: 'uefi', reason: 'what systems of today expect' },
    accelerator: { value: 'kvm', reason: 'works here' },
    cpu: { value: { mode: 'host-passthrough' }, reason: 'fastest; it stays on this host' },
    networks: [
      {
        label: 'NAT “default”',
        explanation: 'Reaches out; this computer can reach it.',
        source: { kind: 'network', networkName: 'default' },
      },
      {
        label: 'Bridge br0 on enp3s0',
        explanation: 'A computer among the others of your network.',
        source: { kind: 'bridge', bridgeName: 'br0' },
      },
      { label: 'User network', explanation: 'Reaches out; nobody reaches it.', source: { kind: 'user' } },
      { label: 'No network', explanation: 'The machine has no card.', source: { kind: 'none' } },
    ],
    choices: {
      firmwares: [
        { value: 'bios', reason: null },
        { value: 'uefi', reason: null },
        { value: 'uefi-secure', reason: 'the package ovmf is missing here.' },
      ],
      machineTypes: ['q35', 'pc'],
      cpuModels: ['EPYC', 'Skylake-Server', 'qemu64'],
      videos: ['virtio', 'vga', 'qxl', 'none'],
      diskBuses: ['virtio', 'scsi', 'sata', 'ide', 'usb'],
      tpm: 'The package swtpm is missing here.',
      setup: kind,
    },
    profiles: [
      { profile: 'server', label: 'Server', explanation: 'No desktop, no sound.', adds: nothing },
      { profile: 'desktop', label: 'Desktop', explanation: 'More memory, sound, a faster display.', adds: nothing },
      { profile: 'windows-11', label: 'Windows 11', explanation: 'Secure Boot, TPM 2.0, drivers.', adds: nothing },
      { profile: 'router', label: 'Router', explanation: 'Two cards, little memory.', adds: nothing },
      { profile: 'minimal', label: 'Minimal', explanation: 'As little as boots.', adds: nothing },
      {
        profile: 'web-server',
        label: 'Web server',
        explanation: 'nginx, on at boot.',
        adds: { packages: ['nginx'], services: ['nginx'] },
      },
    ],
    profile: profile ?? 'server',
  }
}
