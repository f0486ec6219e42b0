import type { Machine } from '@strata/contract/machines.ts'
import { DomainXml } from 'node-libvirt/xml'

import { readKeptSetup } from '../definitions/kept-setup.ts'
import { readStrataFacts } from '../definitions/strata-metadata.ts'
import { osNameOf } from './os-name.ts'

/** What a definition says, for every list. */
export type DefinitionPicture = Pick<
  Machine,
  | 'name'
  | 'title'
  | 'vcpuCount'
  | 'memoryKiB'
  | 'maxMemoryKiB'
  | 'accelerator'
  | 'firmware'
  | 'osName'
  | 'graphics'
  | 'diskPaths'
  | 'networkNames'
  | 'macAddresses'
  | 'installation'
  | 'setup'
  | 'isTemplate'
>

/** The guest agent as the definition shows it: it has no way in, nothing answers there, or it does. */
export type AgentState = 'no-channel' | 'silent' | 'talking'

export interface DefinitionReading {
  readonly picture: DefinitionPicture
  readonly agent: AgentState
}

const agentChannelName = 'org.qemu.guest_agent.0'

/**
 * Reads a definition, also one that Strata did not write: what is missing or strange becomes null, empty or 'other',
 * never a machine that cannot be shown.
 * @throws XmlError when it is not XML at all
 */
export function readDefinition(xml: string): DefinitionReading {
  const domain = DomainXml.parse(xml)
  return { picture: pictureOf(domain), agent: agentStateOf(domain) }
}

/** `state` is there only while the machine runs. */
export function agentStateOf(domain: DomainXml): AgentState {
  const channel = domain.devices.channels.find(({ name }) => name === agentChannelName)
  if (channel === undefined) return 'no-channel'
  return channel.state === 'connected' ? 'talking' : 'silent'
}

function pictureOf(domain: DomainXml): DefinitionPicture {
  const memoryKiB = domain.memoryKiB ?? 0
  return {
    name: domain.name ?? '',
    title: domain.title,
    vcpuCount: domain.vcpuCurrent ?? domain.vcpuCount ?? 1,
    memoryKiB: domain.currentMemoryKiB ?? memoryKiB,
    maxMemoryKiB: memoryKiB,
    accelerator: acceleratorOf(domain.type),
    firmware: firmwareOf(domain),
    osName: osNameOf(domain.metadata.osId),
    graphics: graphicsOf(domain),
    diskPaths: diskPathsOf(domain),
    ...networkingOf(domain),
    ...factsOf(domain),
  }
}

function factsOf(domain: DomainXml): Pick<Machine, 'installation' | 'setup' | 'isTemplate'> {
  const { installation, isTemplate } = readStrataFacts(domain.metadata)
  return { installation: installation?.runs ?? null, setup: readKeptSetup(domain.metadata), isTemplate }
}

/** For a definition that could not be read: the machine is there all the same. */
export function unreadableDefinition(name: string): DefinitionReading {
  const picture: DefinitionPicture = {
    name,
    title: null,
    vcpuCount: 1,
    memoryKiB: 0,
    maxMemoryKiB: 0,
    accelerator: 'other',
    firmware: 'none',
    osName: null,
    graphics: 'none',
    diskPaths: [],
    networkNames: [],
    macAddresses: [],
    installation: null,
    setup: null,
    isTemplate: false,
  }
  return { picture, agent: 'no-channel' }
}

function acceleratorOf(type: string | null): Machine['accelerator'] {
  switch (type) {
    case 'kvm':
    case 'test':
      return type
    case 'qemu':
      return 'emulation'
    default:
      return 'other'
  }
}

function firmwareOf(domain: DomainXml): Machine['firmware'] {
  const { os } = domain
  if (os.type !== 'hvm') return 'none' // containers and paravirtual guests have none
  if (os.firmware === 'efi' || os.loader.type === 'pflash') return 'uefi'
  const { arch } = os
  // Only PCs have a BIOS; other machines without UEFI load their kernel directly.
  return arch === null || arch === 'x86_64' || arch === 'i686' ? 'bios' : 'none'
}

function graphicsOf(domain: DomainXml): Machine['graphics'] {
  const types = new Set<string | null>(domain.devices.graphics.map((graphics) => graphics.type))
  if (types.has('vnc')) return 'vnc'
  return types.has('spice') ? 'spice' : 'none'
}

function diskPathsOf(domain: DomainXml): string[] {
  return domain.devices.disks
    .map(({ source }) => source.file ?? source.device ?? source.directory ?? source.volume ?? source.name)
    .filter((path) => path !== null)
}

function networkingOf(domain: DomainXml): Pick<Machine, 'networkNames' | 'macAddresses'> {
  const interfaces = [...domain.devices.interfaces]
  const names = interfaces.map(({ source }) => source.network ?? source.bridge ?? source.device)
  return {
    networkNames: [...new Set(names.filter((name) => name !== null))],
    macAddresses: interfaces.map(({ macAddress }) => macAddress).filter((mac) => mac !== null),
  }
}
