import type { DiskOptions, NewMachine } from '@strata/contract/create.ts'
import { DomainXml, type DomainDevices } from 'node-libvirt/xml'

import { writeStrataFacts, type StrataFacts } from '../machines/strata-metadata.ts'

/** The guest's screen: on a unix socket that only this user reaches, else on loopback behind a password. */
export type ScreenListener = { readonly kind: 'socket' } | { readonly kind: 'loopback'; readonly password: string }

/** A disk that lies on the host by now. */
export interface PlacedDisk {
  readonly path: string
  /** 'block': a device, such as a logical volume. */
  readonly type: 'file' | 'block'
  readonly format: 'qcow2' | 'raw'
  readonly bus: DiskOptions['bus']
  readonly cache: DiskOptions['cache']
}

/** A kernel that QEMU starts by itself, past the firmware: how an installer is given its arguments. */
export interface DirectBoot {
  readonly kernelPath: string
  readonly initrdPath: string
  readonly commandLine: string
}

/** What has been settled when the definition is written. */
export interface SettledMachine {
  readonly wanted: Omit<NewMachine, 'hostId' | 'source' | 'setup' | 'poolUuid' | 'diskBytes' | 'moreDisks'>
  readonly uuid: string
  readonly architecture: string
  /** osinfo's own address of the system, for those who read the definition; null: not known. */
  readonly osUri: string | null
  /** The first is the one that is booted. */
  readonly disks: readonly PlacedDisk[]
  /** Paths of what lies in the CD drives, the installation medium first; null: an empty drive. */
  readonly cdroms: readonly (string | null)[]
  readonly directBoot: DirectBoot | null
  /** Where the firmware keeps the machine's variables; null: libvirt's own place, or a firmware without any. */
  readonly variablesPath: string | null
  readonly screen: ScreenListener
  readonly facts: StrataFacts
}

/** The machine type that has PCI Express and secure boot, on the architectures that have one. */
const machineTypes: Readonly<Record<string, string>> = { x86_64: 'q35', i686: 'q35', aarch64: 'virt', riscv64: 'virt' }

export function buildDefinition(machine: SettledMachine): DomainXml {
  const { wanted, architecture } = machine
  const isPc = architecture === 'x86_64' || architecture === 'i686'
  const domain = DomainXml.create({
    type: wanted.accelerator === 'kvm' ? 'kvm' : 'qemu',
    name: wanted.name,
    uuid: machine.uuid,
    memoryKiB: wanted.memoryKiB,
    currentMemoryKiB: wanted.memoryKiB,
    vcpuCount: wanted.vcpuCount,
    os: { type: 'hvm', arch: architecture, machine: machineTypes[architecture] ?? null },
    features: isPc ? { acpi: true, apic: true } : { acpi: true },
    // 'maximum' is all that the translator can do; the default CPU of an emulated PC is so old that newer systems refuse it.
    cpu: { mode: wanted.accelerator === 'kvm' ? 'host-passthrough' : 'maximum' },
    clock: { offset: 'utc' },
    onPowerOff: 'destroy',
    onReboot: 'restart',
    onCrash: 'destroy',
  })
  if (wanted.firmware !== 'bios') domain.os.firmware = 'efi'
  if (machine.variablesPath !== null) domain.os.nvram.path = machine.variablesPath
  if (machine.directBoot !== null) {
    domain.os.kernelPath = machine.directBoot.kernelPath
    domain.os.initrdPath = machine.directBoot.initrdPath
    domain.os.kernelCommandLine = machine.directBoot.commandLine
  }
  writeStrataFacts(domain.metadata, machine.facts)
  addStorage(domain.devices, machine)
  addNetwork(domain.devices, wanted.network)
  addScreen(domain.devices, machine.screen)
  addParavirtualDevices(domain.devices)
  return domain
}

/**
 * The disk comes first in the boot order and the CD second: while the disk is empty the firmware finds nothing to boot on
 * it and goes on to the CD; once a system is installed it is the disk that boots, with no need to take the CD out.
 */
function addStorage({ disks }: DomainDevices, machine: SettledMachine): void {
  machine.disks.forEach(({ path, type, format }, index) => {
    disks.add({
      type,
      device: 'disk',
      driver: { name: 'qemu', type: format, discard: 'unmap' },
      source: type === 'file' ? { file: path } : { device: path },
      target: { device: `vd${letter(index)}`, bus: 'virtio' },
      bootOrder: index + 1,
    })
  })
  machine.cdroms.forEach((path, index) => {
    disks.add({
      type: 'file',
      device: 'cdrom',
      driver: { name: 'qemu', type: 'raw' },
      // The file may lie in the user's own folders; when it is gone later the machine still starts, with an empty drive.
      ...(path === null ? {} : { source: { file: path, startupPolicy: 'optional' } }),
      target: { device: `sd${letter(index)}`, bus: 'sata' },
      isReadOnly: true,
      bootOrder: machine.disks.length + index + 1,
    })
  })
}

const letter = (index: number) => String.fromCharCode('a'.charCodeAt(0) + index)

function addNetwork({ interfaces }: DomainDevices, network: NewMachine['network']): void {
  switch (network.kind) {
    case 'none':
      return
    case 'user':
      interfaces.add({ type: 'user', model: 'virtio' })
      return
    case 'network':
      interfaces.add({ type: 'network', source: { network: network.networkName }, model: 'virtio' })
      return
    case 'bridge':
      interfaces.add({ type: 'bridge', source: { bridge: network.bridgeName }, model: 'virtio' })
      return
    case 'macvtap':
      interfaces.add({ type: 'direct', source: { device: network.deviceName, mode: 'bridge' }, model: 'virtio' })
  }
}

function addScreen({ graphics, videos, inputs }: DomainDevices, screen: ScreenListener): void {
  if (screen.kind === 'socket') graphics.add({ type: 'vnc', listens: [{ type: 'socket' }] })
  else
    graphics.add({
      type: 'vnc',
      port: -1,
      autoPort: true,
      password: screen.password,
      listens: [{ type: 'address', address: '127.0.0.1' }],
    })
  // Plain VGA shows every text mode and needs no driver in the guest.
  videos.add({ model: 'vga' })
  // An absolute pointer: the guest's follows the window's without being caught.
  inputs.add({ type: 'tablet', bus: 'usb' })
}

function addParavirtualDevices(devices: DomainDevices): void {
  devices.controllers.add({ type: 'usb', model: 'qemu-xhci' })
  devices.serials.add({ type: 'pty' })
  devices.consoles.add({ type: 'pty', targetType: 'serial' })
  devices.channels.add({ type: 'unix', targetType: 'virtio', name: 'org.qemu.guest_agent.0' })
  devices.rngs.add({ model: 'virtio', backendModel: 'random', backendPath: '/dev/urandom' })
  devices.memoryBalloon.model = 'virtio'
  devices.memoryBalloon.statsPeriodSeconds = 2 // without a period the guest reports nothing from inside
}
