import { dirname } from 'node:path'

import type { MachineDetail, MachineDisk, MachineNic } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Domain } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { nullIfRefused } from '../null-if-refused.ts'
import { toStrataError } from '../strata-error.ts'
import { knownDevice } from '../definitions/machine-files.ts'

export const agentChannelName = 'org.qemu.guest_agent.0'

/** What the machine's page shows beyond the list: as it runs, else as it is defined. */
export async function machineDetail(host: Host, uuid: string): Promise<MachineDetail> {
  const machine = host.inventory.requireMachine(uuid)
  try {
    return await host.slow(async (connection) => describe(host, await connection.domainLookupByUUID(uuid)))
  } catch (error) {
    throw toStrataError(error, say('machines.detailsCouldNotRead', { machine: machine.name }))
  }
}

async function describe(host: Host, domain: Domain): Promise<MachineDetail> {
  const xml = await domain.getXMLDesc()
  const definition = DomainXml.parse(xml)
  const { devices, os, cpu } = definition
  const [disks, nics] = await Promise.all([
    Promise.all(devices.disks.map((disk) => describeDisk(host, domain, disk))),
    describeNics(domain, definition),
  ])
  return {
    machineType: os.machine,
    architecture: os.arch ?? host.facts?.architecture ?? '',
    cpuMode: cpu.mode,
    disks,
    nics,
    hasAgentChannel: devices.channels.some((channel) => channel.name === agentChannelName),
    xml,
  }
}

async function describeDisk(
  host: Host,
  domain: Domain,
  disk: DomainXml['devices']['disks'][number],
): Promise<MachineDisk> {
  const path = disk.source.file ?? disk.source.device
  const targetDev = disk.target.device ?? ''
  const hasSource = path !== null || disk.source.volume !== null || disk.source.name !== null
  const size = hasSource ? await nullIfRefused(domain.getBlockInfo(targetDev)) : null
  const device = knownDevice(disk.device)
  return {
    targetDev,
    bus: disk.target.bus,
    device,
    path,
    format: disk.driver.type,
    readOnly: disk.isReadOnly || device === 'cdrom',
    capacityBytes: size?.capacityBytes ?? null,
    allocationBytes: size?.allocationBytes ?? null,
    poolUuid: poolOf(host, path, disk.source.pool),
  }
}

function poolOf(host: Host, path: string | null, poolName: string | null): string | null {
  const folder = path === null ? null : dirname(path)
  const pool = host.inventory
    .pools()
    .find((each) => (poolName === null ? folder !== null && each.path === folder : each.name === poolName))
  return pool?.uuid ?? null
}

async function describeNics(domain: Domain, definition: DomainXml): Promise<MachineNic[]> {
  const known = definition.id === null ? null : await nullIfRefused(domain.interfaceAddresses('lease'))
  return definition.devices.interfaces.map((card) => ({
    macAddress: card.macAddress,
    model: card.model,
    kind: card.type ?? 'user',
    source: card.source.network ?? card.source.bridge ?? card.source.device,
    addresses: (known ?? [])
      .filter(({ mac }) => mac === card.macAddress)
      .flatMap(({ addresses }) => addresses.map(({ address }) => address)),
  }))
}
