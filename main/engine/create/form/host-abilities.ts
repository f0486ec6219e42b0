import { diskBuses, videoModels, type DiskOptions, type NewMachine } from '@strata/contract/create.ts'
import type { Connection } from 'node-libvirt'
import { DomainCapabilitiesXml } from 'node-libvirt/xml'

import { nullIfRefused } from '../../null-if-refused.ts'

type MachineType = NewMachine['machineType']

/** What a machine of one type can be on this host, with one way of running it. */
export interface MachineAbilities {
  /** Null: nobody says. */
  readonly maxVcpus: number | null
  readonly hasUefi: boolean
  readonly hasSecureBoot: boolean
  /** Whether a TPM can be emulated. */
  readonly hasTpm: boolean
  readonly videos: readonly NewMachine['video'][]
  readonly diskBuses: readonly DiskOptions['bus'][]
  /** Named models that can run here. Empty: nobody says. */
  readonly cpuModels: readonly string[]
  readonly cpuModes: ReadonlySet<string>
}

export interface HostAbilities {
  readonly architecture: string
  /** The best first; empty: this host runs nothing that Strata makes machines for. */
  readonly machineTypes: readonly MachineType[]
  /** Of a type that the host lacks, what its best one can. */
  of(machineType: MachineType | undefined): MachineAbilities
}

/** Chip sets by architecture, the newest first. */
const typesOf: Readonly<Record<string, readonly MachineType[] | undefined>> = {
  x86_64: ['q35', 'pc'],
  i686: ['q35', 'pc'],
  aarch64: ['virt'],
  riscv64: ['virt'],
}

/** More than these want an IOMMU that can address them, which Strata's machines do not have. */
const mostVcpus = 255

/** libvirt's test driver tells nothing of the kind: nothing is limited there but what needs files of the host. */
const untold: MachineAbilities = {
  maxVcpus: null,
  hasUefi: false,
  hasSecureBoot: false,
  hasTpm: false,
  videos: videoModels,
  diskBuses,
  cpuModels: [],
  cpuModes: new Set(['host-passthrough', 'host-model', 'maximum', 'custom']),
}

export async function readAbilities(
  connection: Connection,
  accelerator: NewMachine['accelerator'],
  architecture: string,
): Promise<HostAbilities> {
  const wanted = typesOf[architecture] ?? []
  const told = await Promise.all(
    wanted.map(async (machine) => {
      const virtType = accelerator === 'kvm' ? 'kvm' : 'qemu'
      const text = await nullIfRefused(connection.getDomainCapabilities({ arch: architecture, machine, virtType }))
      return text === null ? null : ([machine, abilitiesOf(DomainCapabilitiesXml.parse(text))] as const)
    }),
  )
  const byType = new Map(told.filter((each) => each !== null))
  const machineTypes = byType.size === 0 ? wanted : wanted.filter((type) => byType.has(type))
  const best = [...byType.values()][0] ?? untold
  return { architecture, machineTypes, of: (type) => (type === undefined ? best : (byType.get(type) ?? best)) }
}

function abilitiesOf({ maxVcpus, firmwares, loader, cpuModes, devices }: DomainCapabilitiesXml): MachineAbilities {
  const custom = cpuModes.find(({ name }) => name === 'custom')
  const isUsable = ({ usable }: { usable: string | null }) => usable !== 'no'
  return {
    maxVcpus: maxVcpus === null ? null : Math.min(maxVcpus, mostVcpus),
    hasUefi: firmwares.includes('efi'),
    hasSecureBoot: firmwares.includes('efi') && loader.secure.includes('yes'),
    hasTpm: devices.isTpmSupported === true && devices.tpmBackends.includes('emulator'),
    // Every machine can be without a screen; libvirt lists that only since 7.6.
    videos: videoModels.filter((each) => each === 'none' || devices.videoModels.includes(each)),
    diskBuses: diskBuses.filter((each) => devices.diskBuses.includes(each)),
    cpuModels: (custom?.models ?? []).filter(isUsable).flatMap(({ name }) => name ?? []),
    cpuModes: new Set(cpuModes.flatMap(({ name, isSupported }) => (isSupported === true && name !== null ? name : []))),
  }
}
