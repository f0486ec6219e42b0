import { LibvirtError, type Connection } from 'node-libvirt'
import { DomainCapabilitiesXml } from 'node-libvirt/xml'

/** What new machines can be on this host, with one way of running them. */
export interface HostCapabilities {
  readonly maxVcpus: number | null
  readonly hasUefi: boolean
}

/** Machines on the test driver have no such capabilities: nothing is limited there. */
export async function readCapabilities(connection: Connection, accelerator: 'kvm' | 'emulation', architecture: string): Promise<HostCapabilities> {
  try {
    const text = await connection.getDomainCapabilities({
      arch: architecture,
      ...(architecture === 'x86_64' ? { machine: 'q35' } : {}),
      virtType: accelerator === 'kvm' ? 'kvm' : 'qemu',
    })
    const capabilities = DomainCapabilitiesXml.parse(text)
    return { maxVcpus: capabilities.maxVcpus, hasUefi: capabilities.firmwares.includes('efi') }
  } catch (error) {
    if (error instanceof LibvirtError) return { maxVcpus: null, hasUefi: false }
    throw error
  }
}
