import type { ApplianceDisk, ApplianceNic } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { XmlElement } from 'node-libvirt/xml'

import { allocationUnitBytes } from './allocation-units.ts'
import { attributeOf, childrenOf, numberOf, textOf } from './ovf-element.ts'
import type { OvfSystem } from './ovf-system.ts'

export interface OvfHardware {
  readonly vcpuCount: number | null
  readonly memoryKiB: number | null
  /** Disks in the order in which they hang on the machine. */
  readonly drives: readonly OvfDrive[]
  readonly nics: readonly ApplianceNic[]
  readonly leftOut: readonly Said[]
}

export interface OvfDrive {
  /** As in a HostResource: what follows '/disk/' or '/file/'. */
  readonly refers: { readonly to: 'disk' | 'file'; readonly id: string } | null
  readonly controller: ApplianceDisk['controller']
}

/** CIM_ResourceAllocationSettingData.ResourceType (DSP0243 lists what OVF uses). */
const types = {
  cpu: '3',
  memory: '4',
  ide: '5',
  scsi: '6',
  nic: '10',
  disk: '17',
  otherStorage: '20',
  logicalDisk: '31',
}
const namesOfLeftOut: Readonly<Record<string, Said | undefined>> = {
  '21': say('imports.serialPort'),
  '22': say('imports.parallelPort'),
  '12': say('imports.deviceOtherHost'),
}

/** OVF 1.x has Item for all; 2.x has an element of its own for storage and for network cards, with the same words. */
export function readHardware(section: XmlElement, configuration: string | null, system: OvfSystem): OvfHardware {
  const items = childrenOf(section, 'Item', 'StorageItem', 'EthernetPortItem').filter((item) => {
    const only = attributeOf(item, 'configuration')
    // A bound tells how far a value may be changed: it is no hardware.
    return (only === null || only.split(/\s+/).includes(configuration ?? '')) && attributeOf(item, 'bound') === null
  })
  const ofType = (...wanted: string[]) => items.filter((item) => wanted.includes(textOf(item, 'ResourceType') ?? ''))
  const controllers = new Map(
    ofType(types.ide, types.scsi, types.otherStorage).map((item) => [textOf(item, 'InstanceID') ?? '', item]),
  )
  const parentOf = (item: XmlElement) => controllers.get(textOf(item, 'Parent') ?? '') ?? null
  return {
    vcpuCount: positive(ofType(types.cpu).map((item) => numberOf(textOf(item, 'VirtualQuantity')) ?? 0)),
    memoryKiB: positive(ofType(types.memory).map(memoryKiBOf)),
    drives: ofType(types.disk, types.logicalDisk).map((item) => ({
      refers: referenceOf(textOf(item, 'HostResource')),
      controller: controllerOf(parentOf(item)),
    })),
    nics: ofType(types.nic).map((item) => ({
      model: nicModelOf(textOf(item, 'ResourceSubType'), system),
      networkName: textOf(item, 'Connection'),
    })),
    leftOut: [...new Set(items.flatMap((item) => namesOfLeftOut[textOf(item, 'ResourceType') ?? ''] ?? []))], // one object a kind
  }
}

/** Several items of a kind add up; null: there is none, or it says nothing. */
function positive(amounts: readonly number[]): number | null {
  const sum = amounts.reduce((total, each) => total + each, 0)
  return sum > 0 && Number.isSafeInteger(sum) ? sum : null
}

function memoryKiBOf(item: XmlElement): number {
  const unitBytes = allocationUnitBytes(textOf(item, 'AllocationUnits') ?? 'MegaBytes') ?? 0
  return Math.floor(((numberOf(textOf(item, 'VirtualQuantity')) ?? 0) * unitBytes) / 1024)
}

/** 'ovf:/disk/vmdisk1', '/file/file1'. */
function referenceOf(resource: string | null): OvfDrive['refers'] {
  const [, to, id] = /^(?:ovf:)?\/?(disk|file)\/(.+)$/.exec(resource ?? '') ?? []
  return id === undefined ? null : { to: to === 'file' ? 'file' : 'disk', id }
}

function controllerOf(item: XmlElement | null): ApplianceDisk['controller'] {
  if (item === null) return 'other'
  const subType = (textOf(item, 'ResourceSubType') ?? '').toLowerCase()
  if (subType.includes('virtio')) return 'virtio'
  switch (textOf(item, 'ResourceType')) {
    case types.ide:
      return 'ide'
    case types.scsi:
      return 'scsi'
    default:
      if (subType.includes('nvm')) return 'nvme'
      return subType.includes('ahci') || subType.includes('sata') ? 'sata' : 'other'
  }
}

/**
 * The nearest card that QEMU has. Linux brings virtio's driver with its kernel and loads it long after the disk is found,
 * so it may have that in place of VMware's own card; others get what they had, or what they surely know.
 */
function nicModelOf(subType: string | null, { family }: OvfSystem): ApplianceNic['model'] {
  const model = (subType ?? '').toLowerCase().split(/\s+/)[0] ?? ''
  if (model.includes('virtio')) return 'virtio'
  if (model === 'e1000e') return 'e1000e'
  if (family === 'linux') return model === 'e1000' ? 'e1000' : 'virtio'
  if (model.startsWith('pcnet')) return 'rtl8139'
  return model.startsWith('vmxnet') && family === 'windows' ? 'e1000e' : 'e1000'
}
