import type { DiskOptions, NewMachine } from '@strata/contract/create.ts'
import { DomainXml } from 'node-libvirt/xml'

import { writeStrataFacts, type StrataFacts } from '../../definitions/strata-metadata.ts'
import { bootPlaces } from '../sources/boot-places.ts'
import { addCards } from './definition-cards.ts'
import { setFirmware } from './definition-firmware.ts'
import { clockOf, setHyperV } from './definition-guest-system.ts'
import { addParavirtualDevices, addScreen, addSound } from './definition-peripherals.ts'
import { memoryOf, processorOf } from './definition-processor.ts'
import { addStorage } from './definition-storage.ts'

/** The guest's screen: on a unix socket that only this user reaches, else on loopback behind a password. */
export type ScreenListener = { readonly kind: 'socket' } | { readonly kind: 'loopback'; readonly password: string }

/** A disk that lies on the host by now. */
export interface PlacedDisk {
  readonly path: string
  /** 'block': a device, such as a logical volume. */
  readonly type: 'file' | 'block'
  readonly format: 'qcow2' | 'raw' | 'vmdk' | 'vdi'
  readonly bus: DiskOptions['bus']
  readonly cache: DiskOptions['cache']
  /** 'full': its room was taken at once, and what the guest throws away is not given back. */
  readonly allocation: DiskOptions['allocation']
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
  /** Of the first network card; null: as libvirt chooses. */
  readonly macAddress: string | null
  /** The first is the one that is booted. */
  readonly disks: readonly PlacedDisk[]
  /** Paths of what lies in the CD drives, the installation medium first; null: an empty drive. */
  readonly cdroms: readonly (string | null)[]
  /** Paths of small discs that Strata wrote: a seed, answers. */
  readonly seeds: readonly string[]
  readonly directBoot: DirectBoot | null
  /** Where the firmware keeps the machine's variables; null: libvirt's own place, or a firmware without any. */
  readonly variablesPath: string | null
  readonly screen: ScreenListener
  readonly facts: StrataFacts
}

/** The whole definition. It holds no secret but the screen's password, which `withoutSecrets` leaves out. */
export function buildDefinition(machine: SettledMachine): DomainXml {
  const { wanted, architecture } = machine
  const isPc = wanted.machineType !== 'virt'
  const domain = DomainXml.create({
    type: wanted.accelerator === 'kvm' ? 'kvm' : 'qemu',
    name: wanted.name,
    uuid: machine.uuid,
    ...memoryOf(wanted),
    vcpuCount: wanted.vcpuCount,
    os: { type: 'hvm', arch: architecture, machine: wanted.machineType },
    // VMware's back door, on by default, would catch the pointer of Linux guests.
    features: isPc ? { acpi: true, apic: true, vmport: false } : { acpi: wanted.firmware !== 'bios' },
    cpu: processorOf(wanted),
    clock: clockOf(wanted),
    onPowerOff: 'destroy',
    onReboot: 'restart',
    onCrash: 'destroy',
    // A guest that falls asleep by itself looks broken to whoever comes back to it.
    ...(isPc && { suspendToMemory: false, suspendToDisk: false }),
  })
  setFirmware(domain, machine)
  setHyperV(domain.features, wanted)
  if (machine.osUri !== null) domain.metadata.osId = machine.osUri
  writeStrataFacts(domain.metadata, machine.facts)
  const places = bootPlaces(machine)
  addStorage(domain.devices, machine, places)
  addCards(domain.devices, machine, places)
  addScreen(domain.devices, wanted, machine.screen)
  addSound(domain.devices, wanted)
  addParavirtualDevices(domain.devices, wanted)
  return domain
}
