import type { PlugTarget, RepairAction, RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainDisk, DomainInterface, DomainXml } from 'node-libvirt/xml'

import { diskSource, hostDeviceKey } from './names.ts'
import { randomMacAddress } from './random-mac-address.ts'
import { StrataError } from '../strata-error.ts'

type Edits = {
  readonly [
    Kind in
      | 'relink-disk'
      | 'detach-disk'
      | 'set-disk-format'
      | 'replug-card'
      | 'new-mac-address'
      | 'set-memory'
      | 'set-vcpus'
      | 'set-cpu-mode'
      | 'run-by-emulation'
      | 'set-machine-type'
      | 'set-emulator'
      | 'choose-firmware'
      | 'drop-direct-boot'
      | 'detach-host-device'
      | 'detach-shared-folder'
      | 'detach-tpm'
  ]: (definition: DomainXml, action: RepairActionOf<Kind>) => void
}
export type EditKind = keyof Edits
export type EditAction = Extract<RepairAction, { kind: EditKind }>

/**
 * The changes that repairs make to a definition: only the nodes that they are about, and only while these are as they
 * were when the repair was offered.
 * @throws StrataError 'wrong-state' when they are not
 */
const edits: Edits = {
  'relink-disk': (definition, { targetDev, fromPath, toPath }) => {
    useFile(diskOf(definition, targetDev, fromPath), toPath)
  },
  'detach-disk': ({ devices }, { targetDev, source }) => {
    devices.disks.remove(diskIn(devices.disks, targetDev, source))
  },
  'set-disk-format': (definition, { targetDev, path, format }) => {
    diskOf(definition, targetDev, path).driver.type = format
  },
  'replug-card': ({ devices }, { macAddress, to }) => {
    plugInto(cardIn(devices.interfaces, macAddress), to)
  },
  'new-mac-address': ({ devices }, { macAddress }) => {
    cardIn(devices.interfaces, macAddress).macAddress = randomMacAddress()
  },
  'set-memory': (definition, { memoryKiB }) => {
    definition.memoryKiB = memoryKiB
    definition.currentMemoryKiB = memoryKiB
  },
  'set-vcpus': (definition, { vcpuCount }) => {
    definition.vcpuCount = vcpuCount
    if ((definition.vcpuCurrent ?? 0) >= vcpuCount) definition.vcpuCurrent = null
    const { topology } = definition.cpu
    const product = (topology.sockets ?? 1) * (topology.dies ?? 1) * (topology.cores ?? 1) * (topology.threads ?? 1)
    if (product !== vcpuCount)
      for (const part of ['sockets', 'dies', 'cores', 'threads'] as const) topology[part] = null
  },
  'set-cpu-mode': (definition, { mode }) => {
    setCpuMode(definition, mode)
  },
  'run-by-emulation': (definition) => {
    definition.type = 'qemu'
    if (definition.cpu.mode === 'host-passthrough') setCpuMode(definition, 'maximum')
  },
  'set-machine-type': ({ os }, { machineType }) => {
    os.machine = machineType
  },
  'set-emulator': ({ devices }, { path }) => {
    devices.emulator = path
  },
  'choose-firmware': ({ os }) => {
    const wantsSecureBoot = os.loader.isSecure === true
    os.firmware = 'efi'
    for (const part of ['path', 'isReadOnly', 'isSecure', 'type', 'format'] as const) os.loader[part] = null
    os.nvram.template = null
    if (wantsSecureBoot && os.firmwareFeatures.length === 0)
      os.firmwareFeatures.add({ name: 'secure-boot', enabled: true })
  },
  'drop-direct-boot': ({ os }) => {
    os.kernelPath = os.initrdPath = os.kernelCommandLine = null
  },
  'detach-host-device': ({ devices }, { device }) => {
    const found = devices.hostDevices.find((each) => hostDeviceKey(each) === device)
    devices.hostDevices.remove(found ?? changed(say('definitions.noDeviceAnyMore', { device })))
  },
  'detach-shared-folder': ({ devices }, { targetTag }) => {
    const found = devices.filesystems.find((each) => each.targetTag === targetTag)
    devices.filesystems.remove(found ?? changed(say('definitions.noSharedFolderAny', { targetTag })))
  },
  'detach-tpm': ({ devices }) => {
    for (const tpm of [...devices.tpms]) devices.tpms.remove(tpm)
  },
}

export const isEdit = (action: RepairAction): action is EditAction => action.kind in edits

/** Changes the document; nothing is changed when it throws. */
export function applyEdit(definition: DomainXml, action: EditAction): void {
  const edit = edits[action.kind] as (definition: DomainXml, action: EditAction) => void
  edit(definition, action)
}

/** A disk that reads a file from now on, whatever it read before. */
export function useFile(disk: DomainDisk, path: string): void {
  disk.type = 'file'
  for (const field of ['device', 'pool', 'volume'] as const) disk.source[field] = null
  disk.source.file = path
  disk.hasBackingStore = false // what was written there belongs to the former file
}

export function diskOf(definition: DomainXml, targetDev: string, source: string): DomainDisk {
  return diskIn(definition.devices.disks, targetDev, source)
}

function diskIn(disks: readonly DomainDisk[], targetDev: string, source: string): DomainDisk {
  const found = disks.find((disk) => disk.target.device === targetDev && diskSource(disk) === source)
  return found ?? changed(say('definitions.diskNotAnyMore', { targetDev, source }))
}

function cardIn(cards: readonly DomainInterface[], macAddress: string): DomainInterface {
  const found = cards.find((card) => card.macAddress?.toLowerCase() === macAddress.toLowerCase())
  return found ?? changed(say('definitions.noNetworkCardAny', { macAddress }))
}

/** What only some kinds of plug can have. */
const plugOnly = new Set(['virtualport', 'vlan', 'filterref', 'port', 'bandwidth'])

function plugInto(card: DomainInterface, to: PlugTarget): void {
  for (const field of ['network', 'portGroup', 'bridge', 'device', 'mode'] as const) card.source[field] = null
  card.element.children = card.element.children.filter(
    (child) => child.kind !== 'element' || !plugOnly.has(child.localName),
  )
  card.type = to.kind
  if (to.kind === 'network') card.source.network = to.networkName
}

function setCpuMode({ cpu }: DomainXml, mode: 'host-model' | 'maximum'): void {
  for (const field of ['model', 'vendor', 'match', 'isMigratable'] as const) cpu[field] = null
  cpu.fallback = null
  cpu.mode = mode
  cpu.check = mode === 'host-model' ? 'partial' : 'none'
  // What was demanded is what could not be had; what was taken away stays away.
  const demanded = cpu.features.filter(({ policy }) => policy === null || policy === 'require' || policy === 'force')
  for (const feature of demanded) cpu.features.remove(feature)
}

function changed(sentence: Said): never {
  throw new StrataError('wrong-state', say('definitions.checkedAgain', { sentence }))
}
