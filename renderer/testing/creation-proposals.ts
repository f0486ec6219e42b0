import type { CreationDefaults, MachineSource, Profile } from '@strata/contract/create.ts'
import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

import { uuidOf } from './generated-fleet.ts'

const usual = 'as usual'
const nothing = { packages: [], services: [] }

/** What an engine proposes on a host with room for everything; tests change what they are about. */
export const creationProposals: CreationDefaults = {
  name: { value: 'machine-1', reason: unkeyed('the next free name') },
  osId: { value: null, reason: unkeyed('nothing is chosen yet') },
  setup: { value: null, reason: unkeyed('nothing is set up inside') },
  vcpuCount: { value: 2, reason: unkeyed('half of four') },
  topology: { value: null, reason: unkeyed(usual) },
  cpu: { value: { mode: 'maximum' }, reason: unkeyed(usual) },
  memoryKiB: { value: 2 * 1024 ** 2, reason: unkeyed('a quarter') },
  maxMemoryKiB: { value: null, reason: unkeyed(usual) },
  poolUuid: { value: '11111111-2222-3333-4444-555555555555', reason: unkeyed('the only one') },
  diskBytes: { value: 20 * 1024 ** 3, reason: unkeyed('thin') },
  disk: { value: { bus: 'virtio', cache: 'default', allocation: 'thin' }, reason: unkeyed(usual) },
  moreDisks: { value: [], reason: unkeyed(usual) },
  network: { value: { kind: 'user' }, reason: unkeyed('session') },
  nicModel: { value: 'virtio', reason: unkeyed(usual) },
  moreNics: { value: [], reason: unkeyed(usual) },
  firmware: { value: 'bios', reason: unkeyed('restore points work') },
  tpm: { value: false, reason: unkeyed(usual) },
  machineType: { value: 'q35', reason: unkeyed(usual) },
  accelerator: { value: 'emulation', reason: unkeyed('no KVM') },
  video: { value: 'vga', reason: unkeyed(usual) },
  sound: { value: 'none', reason: unkeyed(usual) },
  agentChannel: { value: true, reason: unkeyed(usual) },
  rng: { value: true, reason: unkeyed(usual) },
  driversMedia: { value: null, reason: unkeyed(usual) },
  bootOrder: { value: ['disk', 'cdrom'], reason: unkeyed(usual) },
  autostart: { value: false, reason: unkeyed(usual) },
  startsNow: { value: true, reason: unkeyed(usual) },
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
    name: { value: web ? 'web-server' : nameOf(source), reason: unkeyed('free on this host') },
    osId: { value: source?.kind === 'cloud-image' ? source.imageId.replace(/-amd64$/, '') : null, reason: unkeyed('') },
    setup:
      kind === null
        ? { value: null, reason: unkeyed('') }
        : {
            value: { ...guestSetupProposal, ...(web ? { packages: ['nginx'], services: ['nginx'] } : {}) },
            reason: unkeyed('your own name and key'),
          },
    vcpuCount: { value: 2, reason: unkeyed('what such systems suggest') },
    memoryKiB: { value: 4 * 1024 ** 2, reason: unkeyed('20 GiB are free') },
    diskBytes: { value: 50 * GIB, reason: unkeyed('thin: takes room as it fills; 412 GiB free') },
    poolUuid: { value: uuidOf(8, 1), reason: unkeyed('the pool for disks here') },
    network: {
      value: { kind: 'network', networkName: 'default' },
      reason: unkeyed('reaches out; this computer can reach it'),
    },
    firmware: { value: 'uefi', reason: unkeyed('what systems of today expect') },
    accelerator: { value: 'kvm', reason: unkeyed('works here') },
    cpu: { value: { mode: 'host-passthrough' }, reason: unkeyed('fastest; it stays on this host') },
    networks: [
      {
        label: unkeyed('NAT “default”'),
        explanation: unkeyed('Reaches out; this computer can reach it.'),
        source: { kind: 'network', networkName: 'default' },
      },
      {
        label: unkeyed('Bridge br0 on enp3s0'),
        explanation: unkeyed('A computer among the others of your network.'),
        source: { kind: 'bridge', bridgeName: 'br0' },
      },
      {
        label: unkeyed('User network'),
        explanation: unkeyed('Reaches out; nobody reaches it.'),
        source: { kind: 'user' },
      },
      { label: unkeyed('No network'), explanation: unkeyed('The machine has no card.'), source: { kind: 'none' } },
    ],
    choices: {
      firmwares: [
        { value: 'bios', reason: null },
        { value: 'uefi', reason: null },
        { value: 'uefi-secure', reason: unkeyed('the package ovmf is missing here.') },
      ],
      machineTypes: ['q35', 'pc'],
      cpuModels: ['EPYC', 'Skylake-Server', 'qemu64'],
      videos: ['virtio', 'vga', 'qxl', 'none'],
      diskBuses: ['virtio', 'scsi', 'sata', 'ide', 'usb'],
      tpm: unkeyed('The package swtpm is missing here.'),
      setup: kind,
    },
    profiles: [
      { profile: 'server', label: unkeyed('Server'), explanation: unkeyed('No desktop, no sound.'), adds: nothing },
      {
        profile: 'desktop',
        label: unkeyed('Desktop'),
        explanation: unkeyed('More memory, sound, a faster display.'),
        adds: nothing,
      },
      {
        profile: 'windows-11',
        label: unkeyed('Windows 11'),
        explanation: unkeyed('Secure Boot, TPM 2.0, drivers.'),
        adds: nothing,
      },
      { profile: 'router', label: unkeyed('Router'), explanation: unkeyed('Two cards, little memory.'), adds: nothing },
      { profile: 'minimal', label: unkeyed('Minimal'), explanation: unkeyed('As little as boots.'), adds: nothing },
      {
        profile: 'web-server',
        label: unkeyed('Web server'),
        explanation: unkeyed('nginx, on at boot.'),
        adds: { packages: ['nginx'], services: ['nginx'] },
      },
    ],
    profile: profile ?? 'server',
  }
}
