import { integer, oneOf, text, yesNo } from './codec.ts'
import { list, part } from './composition.ts'
import { DomainDevices } from './devices/domain-devices.ts'
import { DomainClock } from './domain-clock.ts'
import { DomainCpu } from './domain-cpu.ts'
import { DomainFeatures } from './domain-features.ts'
import { DomainMetadata } from './domain-metadata.ts'
import { DomainOs } from './domain-os.ts'
import { property } from './property.ts'
import { SecurityLabel } from './security-label.ts'
import { kibibytes } from './units.ts'
import { xmlObject } from './xml-object.ts'

const afterwards = oneOf('destroy', 'restart', 'preserve', 'rename-restart')

/** What a `<domain>` says, wherever it stands: as a document, or inside a snapshot. */
export const domainProperties = {
  type: property('./@type', oneOf('kvm', 'qemu', 'hvf', 'test', 'xen', 'lxc', 'vz', 'bhyve')),
  /** Only while it runs. */
  id: property('./@id', integer),
  name: property('./name', text),
  uuid: property('./uuid', text),
  title: property('./title', text),
  description: property('./description', text),
  metadata: part('./metadata', DomainMetadata),
  /** What the machine is started with. */
  memoryKiB: property('./memory', kibibytes),
  /** What the balloon leaves it now. */
  currentMemoryKiB: property('./currentMemory', kibibytes),
  /** How far memory can be plugged in while it runs. */
  maximumMemoryKiB: property('./maxMemory', kibibytes),
  memorySlots: property('./maxMemory/@slots', integer),
  memorySourceType: property('./memoryBacking/source/@type', oneOf('file', 'anonymous', 'memfd')),
  memoryAccess: property('./memoryBacking/access/@mode', oneOf('shared', 'private')),
  vcpuCount: property('./vcpu', integer),
  /** How many of them are plugged in; absent means all. */
  vcpuCurrent: property('./vcpu/@current', integer),
  vcpuPlacement: property('./vcpu/@placement', oneOf('static', 'auto')),
  vcpuPinning: property('./vcpu/@cpuset', text),
  os: part('./os', DomainOs),
  features: part('./features', DomainFeatures),
  cpu: part('./cpu', DomainCpu),
  clock: part('./clock', DomainClock),
  onPowerOff: property('./on_poweroff', afterwards),
  onReboot: property('./on_reboot', afterwards),
  onCrash: property(
    './on_crash',
    oneOf('destroy', 'restart', 'preserve', 'rename-restart', 'coredump-destroy', 'coredump-restart'),
  ),
  suspendToMemory: property('./pm/suspend-to-mem/@enabled', yesNo),
  suspendToDisk: property('./pm/suspend-to-disk/@enabled', yesNo),
  devices: part('./devices', DomainDevices),
  securityLabels: list('./seclabel', SecurityLabel),
} as const

export class DomainElement extends xmlObject(domainProperties) {}
