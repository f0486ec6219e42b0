import type { Appliance, ApplianceDisk } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { XmlDocument, XmlError, type XmlElement } from 'node-libvirt/xml'

import { strangersXml } from '../../definitions/strangers-xml.ts'
import { StrataError } from '../../strata-error.ts'
import { allocationUnitBytes } from './allocation-units.ts'
import { attributeOf, childOf, childrenOf, numberOf, textOf } from './ovf-element.ts'
import { readHardware, type OvfDrive } from './ovf-hardware.ts'
import { readSystem } from './ovf-system.ts'

/** A machine as OVF describes it, before anybody has looked at its files. */
export interface OvfMachine extends Pick<
  Appliance,
  'name' | 'description' | 'osId' | 'osName' | 'vcpuCount' | 'memoryKiB' | 'firmware' | 'nics' | 'warnings'
> {
  readonly disks: readonly OvfDisk[]
}

export interface OvfDisk {
  /** Null: it begins empty. */
  readonly file: OvfFile | null
  /** Null: its size depends on what somebody would have to fill in. */
  readonly capacityBytes: number | null
  readonly controller: ApplianceDisk['controller']
}

export interface OvfFile {
  readonly href: string
  readonly isCompressed: boolean
}

export const longestDescriptor = 1024 ** 2
const mostDisks = 64
const longestName = 128

/** @throws StrataError 'invalid-input' that says where the text is wrong, or 'unsupported' */
export function readOvf(text: string): OvfMachine {
  const envelope = parse(text)
  const systems = systemsIn(envelope)
  const [virtualSystem] = systems
  if (virtualSystem === undefined)
    throw new StrataError('invalid-input', say('imports.ovfFileDescribesNo'), { field: 'path' })
  const system = readSystem(virtualSystem)
  const section = childOf(virtualSystem, 'VirtualHardwareSection')
  if (section === null) {
    throw new StrataError('invalid-input', say('imports.ovfFileSaysNothing'), { field: 'path' })
  }
  const hardware = readHardware(section, defaultConfiguration(envelope), system)
  if (hardware.drives.length > mostDisks) {
    throw new StrataError('unsupported', say('imports.applianceMoreThanDisks', { mostDisks }), { field: 'path' })
  }
  const annotation = childOf(virtualSystem, 'AnnotationSection')
  return {
    name: nameOf(virtualSystem),
    description: annotation === null ? null : textOf(annotation, 'Annotation'),
    osId: system.osId,
    osName: system.osName,
    vcpuCount: hardware.vcpuCount,
    memoryKiB: hardware.memoryKiB,
    firmware: firmwareOf(virtualSystem, section),
    nics: [...hardware.nics],
    disks: hardware.drives.map((drive) => diskOf(envelope, drive)),
    warnings: warningsOf(virtualSystem, systems.length, hardware.leftOut),
  }
}

function parse(text: string): XmlElement {
  try {
    const { root } = XmlDocument.parse(text, { ...strangersXml, maxLength: longestDescriptor })
    if (root.localName === 'Envelope') return root
    throw new StrataError('invalid-input', say('imports.ovfFileBeginsNone', { slice: root.name.slice(0, 64) }), {
      field: 'path',
    })
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw new StrataError(
      'invalid-input',
      say('imports.ovfFileDamagedLine', { line: String(error.line), problem: error.problem }),
      {
        field: 'path',
        cause: error,
      },
    )
  }
}

/** In a collection, and in collections inside it, in document order. */
function systemsIn(element: XmlElement): XmlElement[] {
  return element.elements.flatMap((child) => {
    if (child.localName === 'VirtualSystem') return [child]
    return child.localName === 'VirtualSystemCollection' ? systemsIn(child) : []
  })
}

function nameOf(virtualSystem: XmlElement): string {
  const product = childOf(virtualSystem, 'ProductSection')
  const name =
    textOf(virtualSystem, 'Name') ??
    attributeOf(virtualSystem, 'id') ??
    (product === null ? null : textOf(product, 'Product')) ??
    'appliance'
  return name.slice(0, longestName)
}

/** An appliance may describe several sizes of itself; null: it does not. */
function defaultConfiguration(envelope: XmlElement): string | null {
  const section = childOf(envelope, 'DeploymentOptionSection')
  const all = section === null ? [] : childrenOf(section, 'Configuration')
  const chosen = all.find((each) => attributeOf(each, 'default') === 'true') ?? all[0]
  return chosen === undefined ? null : attributeOf(chosen, 'id')
}

function diskOf(envelope: XmlElement, { refers, controller }: OvfDrive): OvfDisk {
  if (refers === null) return { file: null, capacityBytes: null, controller }
  if (refers.to === 'file') return { file: fileOf(envelope, refers.id), capacityBytes: null, controller }
  const section = childOf(envelope, 'DiskSection')
  const disk = (section === null ? [] : childrenOf(section, 'Disk')).find(
    (each) => attributeOf(each, 'diskId') === refers.id,
  )
  if (disk === undefined) {
    throw new StrataError('invalid-input', say('imports.machineDiskOvfFile', { id: refers.id }), {
      field: 'path',
    })
  }
  if (attributeOf(disk, 'parentRef') !== null) {
    throw new StrataError('unsupported', say('imports.diskHoldsOnlyWhat', { id: refers.id }), {
      field: 'path',
    })
  }
  const fileRef = attributeOf(disk, 'fileRef')
  return {
    file: fileRef === null ? null : fileOf(envelope, fileRef),
    capacityBytes: capacityOf(disk),
    controller,
  }
}

function capacityOf(disk: XmlElement): number | null {
  const amount = numberOf(attributeOf(disk, 'capacity'))
  const unitBytes = allocationUnitBytes(attributeOf(disk, 'capacityAllocationUnits') ?? 'byte')
  const bytes = amount === null || unitBytes === null ? Number.NaN : amount * unitBytes
  return Number.isSafeInteger(bytes) ? bytes : null
}

function fileOf(envelope: XmlElement, id: string): OvfFile {
  const references = childOf(envelope, 'References')
  const file = (references === null ? [] : childrenOf(references, 'File')).find(
    (each) => attributeOf(each, 'id') === id,
  )
  const href = file === undefined ? null : attributeOf(file, 'href')
  if (file === undefined || href === null) {
    throw new StrataError('invalid-input', say('imports.ovfFileDoesNot', { id }), {
      field: 'path',
    })
  }
  if (attributeOf(file, 'chunkSize') !== null) {
    throw new StrataError('unsupported', say('imports.diskCutIntoPieces', { href }), {
      field: 'path',
    })
  }
  const compression = attributeOf(file, 'compression') ?? 'identity'
  if (compression !== 'identity' && compression !== 'gzip') {
    throw new StrataError('unsupported', say('imports.diskCompressedStrataCannot', { href, compression }), {
      field: 'path',
    })
  }
  return { href, isCompressed: compression === 'gzip' }
}

/** VMware says it in settings of its own, VirtualBox in a copy of its own description. */
function firmwareOf(virtualSystem: XmlElement, section: XmlElement): Appliance['firmware'] {
  const settings = new Map(
    childrenOf(section, 'Config', 'ExtraConfig').map((each) => [attributeOf(each, 'key'), attributeOf(each, 'value')]),
  )
  const hardware = childOf(childOf(virtualSystem, 'Machine') ?? virtualSystem, 'Hardware')
  const firmware = hardware === null ? null : childOf(hardware, 'Firmware')
  const isEfi =
    settings.get('firmware')?.toLowerCase() === 'efi' ||
    (firmware !== null && (attributeOf(firmware, 'type') ?? '').toUpperCase().startsWith('EFI'))
  const secureBoot = settings.get('bootOptions.efiSecureBootEnabled') ?? settings.get('uefi.secureBoot.enabled')
  if (!isEfi) return 'bios'
  return secureBoot?.toLowerCase() === 'true' ? 'uefi-secure' : 'uefi'
}

function warningsOf(virtualSystem: XmlElement, systemCount: number, leftOut: readonly Said[]): Said[] {
  const asksForSettings = childrenOf(virtualSystem, 'ProductSection').some(
    (product) => childrenOf(product, 'Property').length > 0,
  )
  const hasLicence = childOf(virtualSystem, 'EulaSection') !== null
  return [
    ...(systemCount > 1 ? [say('imports.describesMachinesOnlyFirst', { systemCount })] : []),
    ...leftOut.map((name) => say('imports.notTakenOver', { name })),
    ...(asksForSettings ? [say('imports.expectsSettingsProgramDeploys')] : []),
    ...(hasLicence ? [say('imports.comesLicenceAgreementMaker')] : []),
  ]
}
