import type { HostFacts } from '@strata/contract/hosts.ts'
import type { Connection } from 'node-libvirt'
import { CapabilitiesXml, XmlError } from 'node-libvirt/xml'

import { nullIfRefused } from '../null-if-refused.ts'
import type { HostFiles } from './place/host-files.ts'

/** What the capabilities say about running guests of the host's own architecture. */
export interface AcceleratorOffer {
  readonly architecture: string
  /** Path of the emulator; null: there is none. */
  readonly emulator: string | null
  readonly offersKvm: boolean
}

export interface HostReading {
  readonly facts: Omit<HostFacts, 'kvm'>
  readonly offer: AcceleratorOffer
}

/** Asks a host about itself. */
export async function readHost(connection: Connection, files: HostFiles | null): Promise<HostReading> {
  const [hostname, hypervisor, hypervisorVersion, libvirtVersion, node, memory, capabilities, cpuModel] =
    await Promise.all([
      nullIfRefused(connection.getHostname()),
      connection.getType(),
      nullIfRefused(connection.getVersion()),
      connection.getLibVersion(),
      connection.nodeGetInfo(),
      nullIfRefused(connection.nodeGetMemoryStats()),
      readCapabilities(connection),
      files === null ? null : cpuModelIn(files),
    ])
  const cpu = capabilities?.host.cpu
  return {
    facts: {
      hostname: hostname ?? '',
      hypervisor,
      hypervisorVersion,
      libvirtVersion,
      architecture: node.model,
      cpuModel: cpuModel ?? cpu?.model ?? node.model,
      cpuCount: node.cpus,
      cpuSockets: Math.max(1, node.socketsPerNode * node.numaNodes),
      cpuCoresPerSocket: Math.max(1, node.coresPerSocket),
      cpuThreadsPerCore: Math.max(1, node.threadsPerCore),
      // Where memory was added while the host ran, the node's own figure is that of its start.
      memoryKiB: memory?.['total'] ?? node.memoryKiB,
    },
    offer: acceleratorOffer(capabilities, cpu?.arch ?? node.model),
  }
}

export function acceleratorOffer(capabilities: CapabilitiesXml | null, architecture: string): AcceleratorOffer {
  const guest = capabilities?.guests.find((each) => each.osType === 'hvm' && each.arch === architecture)
  return {
    architecture,
    emulator: guest?.emulator ?? null,
    offersKvm: guest?.domainTypes.some(({ type }) => type === 'kvm') ?? false,
  }
}

async function readCapabilities(connection: Connection): Promise<CapabilitiesXml | null> {
  const xml = await nullIfRefused(connection.getCapabilities())
  try {
    return xml === null ? null : CapabilitiesXml.parse(xml)
  } catch (error) {
    if (error instanceof XmlError) return null // a host that is described strangely is still a host
    throw error
  }
}

/** The processor's name as people know it: libvirt names only the family that it is compatible with. */
async function cpuModelIn(files: HostFiles): Promise<string | null> {
  try {
    const text = await files.readText('/proc/cpuinfo', 64 * 1024)
    return /^model name\s*:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? null
  } catch {
    return null // not on every system; libvirt's word is used
  }
}
