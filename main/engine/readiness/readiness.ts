import type { ReadinessCheck } from '@strata/contract/hosts.ts'
import { say } from '@strata/contract/words/say.ts'
import { CapabilitiesXml, DomainCapabilitiesXml } from 'node-libvirt/xml'

import { nullIfRefused } from '../null-if-refused.ts'
import { toStrataError } from '../strata-error.ts'
import type { Host } from '../hosts/host.ts'
import { capabilityChecks, memoryCheck, type HostAbilities } from './readiness-abilities.ts'
import { localChecks } from './readiness-local.ts'
import { networkCheck, storageCheck } from './readiness-resources.ts'
import { readHostSystem } from '../hosts/place/host-system.ts'

/** What on this host is ready for machines, and what is in the way, with the repair where there is one. */
export async function checkReadiness(host: Host): Promise<ReadinessCheck[]> {
  const connection = connectionCheck(host)
  if (connection.level === 'broken') return [connection]
  if (host.address.driver === 'test') return [connection, storageCheck(host), networkCheck(host, null)]
  try {
    const { files } = host
    const system = await readHostSystem(host)
    const kvm = await host.retryKvm()
    const abilities = await readAbilities(host)
    return [
      connection,
      ...(files === null || system === null ? [] : await localChecks(host, files, kvm, system)),
      ...capabilityChecks(host, abilities, system),
      memoryCheck(abilities),
      storageCheck(host),
      networkCheck(host, system),
    ]
  } catch (error) {
    throw toStrataError(error, say('readiness.whatReadyForCould', { host: host.label }))
  }
}

function connectionCheck(host: Host): ReadinessCheck {
  const base = { id: 'connection', title: say('readiness.connectionLibvirt') }
  const { status, facts } = host
  switch (status.state) {
    case 'connected':
      return {
        ...base,
        level: 'good',
        finding:
          facts === null
            ? say('readiness.connectedLibvirt')
            : facts.hypervisorVersion === null
              ? say('readiness.connectedLibvirt2', {
                  libvirtVersion: facts.libvirtVersion,
                  hypervisor: facts.hypervisor,
                })
              : say('readiness.connectedLibvirt3', {
                  libvirtVersion: facts.libvirtVersion,
                  hypervisor: facts.hypervisor,
                  hypervisorVersion: facts.hypervisorVersion,
                }),
        effect: null,
        repairs: [],
      }
    case 'connecting':
      return {
        ...base,
        level: 'broken',
        finding: say('readiness.strataStillConnecting'),
        effect: say('readiness.nothingMoreCanChecked'),
        repairs: [],
      }
    case 'unreachable':
      return {
        ...base,
        level: 'broken',
        finding: status.problem.said,
        effect: say('readiness.noMachineCanSeen'),
        repairs: status.problem.repairs,
      }
  }
}

async function readAbilities(host: Host): Promise<HostAbilities> {
  return host.slow(async (connection) => {
    const [capabilities, domainCapabilities, freeBytes] = await Promise.all([
      nullIfRefused(connection.getCapabilities()),
      nullIfRefused(connection.getDomainCapabilities({ machine: 'q35' })),
      nullIfRefused(connection.nodeGetMemoryStats()),
    ])
    return {
      iommu: capabilities === null ? null : CapabilitiesXml.parse(capabilities).host.iommuSupport,
      domain: domainCapabilities === null ? null : DomainCapabilitiesXml.parse(domainCapabilities),
      memoryKiB: freeBytes,
      hostMemoryKiB: host.facts?.memoryKiB ?? null,
    }
  })
}
