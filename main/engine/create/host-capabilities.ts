import type { Connection } from 'node-libvirt'
import { DomainCapabilitiesXml } from 'node-libvirt/xml'

import { nullIfRefused } from '../null-if-refused.ts'

/** What new machines can be on this host, with one way of running them. */
export interface HostCapabilities {
  readonly maxVcpus: number | null
  readonly hasUefi: boolean
}

/** Machines on the test driver have no such capabilities: nothing is limited there. */
export async function readCapabilities(
  connection: Connection,
  accelerator: 'kvm' | 'emulation',
  architecture: string,
): Promise<HostCapabilities> {
  const machine = architecture === 'x86_64' ? { machine: 'q35' } : {}
  const asking = connection.getDomainCapabilities({
    arch: architecture,
    ...machine,
    virtType: accelerator === 'kvm' ? 'kvm' : 'qemu',
  })
  const text = await nullIfRefused(asking)
  if (text === null) return { maxVcpus: null, hasUefi: false }
  const { maxVcpus, firmwares } = DomainCapabilitiesXml.parse(text)
  return { maxVcpus, hasUefi: firmwares.includes('efi') }
}
