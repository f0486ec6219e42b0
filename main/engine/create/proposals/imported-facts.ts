import {
  diskBuses,
  nicModels,
  videoModels,
  type DiskOptions,
  type MachineSource,
  type NewMachine,
  type NicModel,
} from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { DomainXml, XmlError, type DomainXml as Definition } from 'node-libvirt/xml'

import type { Host } from '../../hosts/host.ts'
import { openAndInspect } from '../../imports/appliance/inspect-appliance.ts'
import { inspectDiskImage } from '../../imports/disk-image/inspect-disk-image.ts'
import { nullIfRefused } from '../../null-if-refused.ts'
import { readPastState } from '../../snapshots/past-state.ts'
import { StrataError } from '../../strata-error.ts'
import type { BroughtHardware } from './brought-hardware.ts'
import type { FactsParts, SourceFacts } from './source-facts.ts'

type SourceOf<K extends MachineSource['kind']> = Extract<MachineSource, { kind: K }>

/** Which system is on a disk is not looked for: it may be any. */
export async function diskImageFacts(
  host: Host,
  { media, disk }: SourceOf<'disk-image'>,
): Promise<Partial<SourceFacts>> {
  const { fileName, format, capacityBytes, firmware } = await inspectDiskImage(host, media)
  return {
    name: fileName.replace(/\.\w+$/, ''),
    disk: disk === 'copy' ? 'new' : 'own',
    capacityBytes,
    isForeign: format !== 'qcow2' && format !== 'raw',
    // One that was made for BIOS often starts on UEFI as well.
    ...(firmware !== null && { boots: { bios: firmware === 'bios', uefi: true } }),
  }
}

export async function applianceFacts({ path }: SourceOf<'appliance'>): Promise<Partial<SourceFacts>> {
  const { picture } = await openAndInspect(path)
  const { name, osId, osName, vcpuCount, memoryKiB, firmware, disks, nics } = picture
  return {
    name,
    disk: 'own',
    ...(osId !== null && { osId, osReason: say('create.applianceSaysHolds', { osName: osName ?? osId }) }),
    brought: {
      from: say('create.theAppliance'),
      vcpuCount,
      memoryKiB,
      firmware,
      machineType: null,
      diskBus: disks[0]?.bus ?? null,
      nicModels: nics.map(({ model }) => model),
      video: null,
      tpm: null,
    },
  }
}

/** Its own text counts; of our proposals only the name is used. */
export async function definitionFacts(
  { catalogue }: FactsParts,
  { xml }: SourceOf<'definition'>,
): Promise<Partial<SourceFacts>> {
  const domain = parsed(xml)
  const os = domain.metadata.osId === null ? null : await catalogue.os(domain.metadata.osId)
  return {
    name: domain.name,
    disk: 'own',
    brought: broughtBy(domain, say('create.theDefinition')),
    ...(os !== null && { osId: os.osId, osReason: say('create.definitionNames', { os: os.name }) }),
  }
}

export async function templateFacts(
  { catalogue }: FactsParts,
  host: Host,
  { uuid }: SourceOf<'template'>,
): Promise<Partial<SourceFacts>> {
  const { name } = host.inventory.requireMachine(uuid)
  const [domain, capacityBytes] = await host.slow(async (connection) => {
    const handle = await connection.domainLookupByUUID(uuid)
    const definition = DomainXml.parse(await handle.getXMLDesc(['inactive']))
    const target = definition.devices.disks.find(({ device }) => device === 'disk' || device === null)?.target.device
    const info = target == null ? null : await nullIfRefused(handle.getBlockInfo(target))
    return [definition, info?.capacityBytes ?? null] as const
  })
  const os = domain.metadata.osId === null ? null : await catalogue.os(domain.metadata.osId)
  return {
    name,
    capacityBytes,
    brought: broughtBy(domain, `“${name}”`),
    boots: domain.os.firmware === 'efi' ? { bios: false, uefi: true } : { bios: true, uefi: false },
    ...(os !== null && { osId: os.osId, osReason: say('create.holds', { name, os: os.name }) }),
  }
}

/** What the machine was then, not what has become of it since. */
export async function restorePointFacts(
  { catalogue, fileUsers }: FactsParts,
  host: Host,
  source: SourceOf<'restore-point'>,
): Promise<Partial<SourceFacts>> {
  const { machine, definition } = await readPastState(fileUsers, host, source)
  const facts = { name: machine.name, disk: 'own' } as const
  if (definition === null) return facts
  const { osId } = definition.metadata
  const os = osId === null ? null : await catalogue.os(osId)
  return {
    ...facts,
    brought: broughtBy(definition, say('create.atThatPoint', { machine: machine.name })),
    ...(os !== null && { osId: os.osId, osReason: say('create.holds2', { machine: machine.name, os: os.name }) }),
  }
}

/** @throws StrataError 'invalid-input' for text that is no definition */
function parsed(xml: string): Definition {
  try {
    return DomainXml.parse(xml)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw new StrataError('invalid-input', say('create.notMachineLibvirtsXml'), { field: 'source', cause: error })
  }
}

/** A definition, wherever it stands. */
type Hardware = Pick<Definition, 'devices' | 'os' | 'features' | 'vcpuCount' | 'memoryKiB'>

function broughtBy(domain: Hardware, from: string | Said): BroughtHardware {
  const { devices, os, features } = domain
  const bus = devices.disks.find(({ device }) => device === 'disk' || device === null)?.target.bus
  return {
    from,
    vcpuCount: domain.vcpuCount,
    memoryKiB: domain.memoryKiB,
    firmware:
      os.firmware !== 'efi' && os.loader.path === null ? 'bios' : features.smm === true ? 'uefi-secure' : 'uefi',
    machineType: machineTypeOf(os.machine),
    diskBus: known<DiskOptions['bus']>(diskBuses, bus),
    nicModels: devices.interfaces.map(({ model }) => known<NicModel>(nicModels, model) ?? 'rtl8139'),
    video: known<NewMachine['video']>(videoModels, devices.videos[0]?.model) ?? null,
    tpm: devices.tpms.length > 0,
  }
}

function known<T extends string>(words: readonly T[], word: string | null | undefined): T | null {
  return words.find((each) => each === word) ?? null
}

/** libvirt writes types with their version: 'pc-q35-7.2', 'pc-i440fx-7.2', 'virt-7.2'. */
function machineTypeOf(machine: string | null): NewMachine['machineType'] | null {
  if (machine === null) return null
  if (machine.includes('q35')) return 'q35'
  if (machine.startsWith('virt')) return 'virt'
  return machine.startsWith('pc') ? 'pc' : null
}
