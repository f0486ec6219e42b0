import type { MachineRef } from '@strata/contract/references.ts'
import type { PlugTarget, Repair, RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { ImageFormat } from '../disk-images/image-header.ts'
import { quoted } from '../definitions/quoted.ts'

/** A file that could be the one that is lost, moved. */
export interface FoundFile {
  readonly path: string
  readonly poolName: string
}

export interface RepairedMachine extends MachineRef {
  readonly name: string
}

const refOf = ({ hostId, uuid }: MachineRef): MachineRef => ({ hostId, uuid })
/** The change of one value of a definition, as a line for virt-install's own editor. */
const edit = ({ name }: RepairedMachine, change: string) => `virt-xml ${quoted(name)} --edit ${change}`

/** Changes of one machine's definition or files; each says what it changes and how it is taken back. */
export const machineRepairs = {
  relinkDisk: (machine: RepairedMachine, targetDev: string, fromPath: string, found: FoundFile): Repair => ({
    label: say('repairs.useOnePool', { poolName: found.poolName }),
    explanation: say('repairs.diskUsesFileSame', { targetDev, machine: machine.name, path: found.path, fromPath }),
    command: edit(machine, `target=${quoted(targetDev)} --disk path=${quoted(found.path)}`),
    action: { ...refOf(machine), kind: 'relink-disk', targetDev, fromPath, toPath: found.path },
  }),
  detachDisk: (machine: RepairedMachine, targetDev: string, source: string): Repair => ({
    label: say('repairs.startWithoutDisk', { targetDev }),
    explanation: say('repairs.takesDiskOutFile', { targetDev, source, machine: machine.name }),
    command: `virsh detach-disk ${quoted(machine.name)} ${quoted(targetDev)} --config`,
    action: { ...refOf(machine), kind: 'detach-disk', targetDev, source },
  }),
  setDiskFormat: (machine: RepairedMachine, targetDev: string, path: string, format: ImageFormat): Repair => ({
    label: say('repairs.readItAs', { format }),
    explanation: say('repairs.definitionCallsWhatContent', { machine: machine.name, path, format }),
    command: edit(machine, `target=${quoted(targetDev)} --disk driver.type=${format}`),
    action: { ...refOf(machine), kind: 'set-disk-format', targetDev, path, format },
  }),
  copyIntoPool: (
    machine: RepairedMachine,
    disk: { readonly targetDev: string; readonly path: string },
    pool: { readonly uuid: string; readonly name: string },
  ): Repair => ({
    label: say('repairs.copyIntoPool', { pool: pool.name }),
    explanation: say('repairs.copiesIntoStoragePool', { path: disk.path, pool: pool.name }),
    command: null,
    action: { ...refOf(machine), kind: 'copy-into-pool', ...disk, poolUuid: pool.uuid },
  }),
  rebaseImage: (
    machine: RepairedMachine,
    image: { readonly path: string; readonly backingPath: string; readonly backingFormat: ImageFormat },
    purpose: { readonly kind: 'moved'; readonly poolName: string } | { readonly kind: 'format' },
  ): Repair => ({
    label:
      purpose.kind === 'moved'
        ? say('repairs.useOnePool', { poolName: purpose.poolName })
        : say('repairs.recordFormat', { backingFormat: image.backingFormat }),
    explanation:
      purpose.kind === 'moved'
        ? say('repairs.writesIntoBuiltFile', { path: image.path, backingPath: image.backingPath })
        : say('repairs.writesIntoBelowWhat', {
            path: image.path,
            backingPath: image.backingPath,
            backingFormat: image.backingFormat,
          }),
    command: `qemu-img rebase -u -f qcow2 -b ${quoted(image.backingPath)} -F ${image.backingFormat} ${quoted(image.path)}`,
    action: { ...refOf(machine), kind: 'rebase-image', ...image },
  }),
  mendImage: (machine: RepairedMachine, path: string): Repair => ({
    label: say('repairs.mendImage'),
    explanation: say('repairs.copiesFileBesideFirst', { path }),
    command: `cp --sparse=always ${quoted(path)} ${quoted(`${path}.before-mending`)} && qemu-img check -r all ${quoted(path)}`,
    action: { ...refOf(machine), kind: 'mend-image', path },
  }),
  replugCard: (machine: RepairedMachine, macAddress: string, to: PlugTarget): Repair => ({
    label:
      to.kind === 'user'
        ? say('repairs.useUserModeNetwork')
        : say('repairs.useNetwork', { networkName: to.networkName }),
    explanation:
      to.kind === 'user'
        ? say('repairs.plugsNetworkCardInto', { macAddress })
        : say('repairs.plugsNetworkCardIntoGuest', { macAddress, networkName: to.networkName }),
    command: edit(
      machine,
      `mac=${macAddress} --network ${to.kind === 'user' ? 'type=user' : `network=${quoted(to.networkName)}`}`,
    ),
    action: { ...refOf(machine), kind: 'replug-card', macAddress, to },
  }),
  newMacAddress: (machine: RepairedMachine, macAddress: string): Repair => ({
    label: say('repairs.giveAddressOwn'),
    explanation: say('repairs.replacesNewHardwareAddress', { macAddress, machine: machine.name }),
    command: edit(machine, `mac=${macAddress} --network mac=RANDOM`),
    action: { ...refOf(machine), kind: 'new-mac-address', macAddress },
  }),
  setMemory: (machine: RepairedMachine, memoryKiB: number, nowKiB: number): Repair => ({
    label: say('repairs.giveIt', { memory: memoryKiB * 1024 }),
    explanation: say('repairs.getsMemoryInsteadCan', {
      machine: machine.name,
      memory: memoryKiB * 1024,
      before: nowKiB * 1024,
    }),
    command: `virsh setmaxmem ${quoted(machine.name)} ${memoryKiB} --config && virsh setmem ${quoted(machine.name)} ${memoryKiB} --config`,
    action: { ...refOf(machine), kind: 'set-memory', memoryKiB },
  }),
  setVcpus: (machine: RepairedMachine, vcpuCount: number, now: number): Repair => ({
    label: say('repairs.giveProcessors', { vcpuCount }),
    explanation: say('repairs.getsProcessorsInsteadLayout', { machine: machine.name, vcpuCount, now }),
    command: `virsh setvcpus ${quoted(machine.name)} ${vcpuCount} --maximum --config`,
    action: { ...refOf(machine), kind: 'set-vcpus', vcpuCount },
  }),
  setCpuMode: (machine: RepairedMachine, mode: 'host-model' | 'maximum', now: string): Repair => ({
    label: mode === 'host-model' ? say('repairs.useWhatHost') : say('repairs.useAllEmulationCan'),
    explanation: say('repairs.processorBecomesInsteadSystem', { machine: machine.name, mode, now }),
    command: edit(machine, `--cpu ${mode}`),
    action: { ...refOf(machine), kind: 'set-cpu-mode', mode },
  }),
  runByEmulation: (machine: RepairedMachine): Repair => ({
    label: say('repairs.runEmulation'),
    explanation: say('repairs.runsWithoutKvmWorks', { machine: machine.name }),
    command: edit(machine, '--xml ./@type=qemu'),
    action: { ...refOf(machine), kind: 'run-by-emulation' },
  }),
  setMachineType: (machine: RepairedMachine, machineType: string, now: string): Repair => ({
    label: say('repairs.use', { machineType }),
    explanation: say('repairs.boardBecomesNewestFamily', { machine: machine.name, machineType, now }),
    command: edit(machine, `--boot machine=${machineType}`),
    action: { ...refOf(machine), kind: 'set-machine-type', machineType },
  }),
  setEmulator: (machine: RepairedMachine, path: string, now: string): Repair => ({
    label: say('repairs.use2', { path }),
    explanation: say('repairs.runsInsteadCanSet', { machine: machine.name, path, now }),
    command: edit(machine, `--xml ./devices/emulator=${quoted(path)}`),
    action: { ...refOf(machine), kind: 'set-emulator', path },
  }),
  chooseFirmware: (machine: RepairedMachine): Repair => ({
    label: say('repairs.useFirmwareInstalled'),
    explanation: say('repairs.letsLibvirtChooseAmong', { machine: machine.name }),
    command: edit(machine, '--boot firmware=efi,loader=,loader.readonly=,loader.type=,nvram.template='),
    action: { ...refOf(machine), kind: 'choose-firmware' },
  }),
  dropDirectBoot: (machine: RepairedMachine, kernelPath: string): Repair => ({
    label: say('repairs.bootDisk'),
    explanation: say('repairs.noLongerStartsKernel', { machine: machine.name, kernelPath }),
    command: edit(machine, '--boot kernel=,initrd=,kernel_args='),
    action: { ...refOf(machine), kind: 'drop-direct-boot' },
  }),
  changePort: (machine: RepairedMachine, device: RepairActionOf<'change-port'>['device'], port: number): Repair => ({
    label: say('repairs.useFreePort'),
    explanation:
      device === 'serial'
        ? say('repairs.serialPortListensPort', { machine: machine.name, port: String(port) })
        : say('repairs.libvirtChoosesFreePort', { machine: machine.name, port: String(port) }),
    command: device === 'serial' ? null : edit(machine, `--graphics port=-1`),
    action: { ...refOf(machine), kind: 'change-port', device, port },
  }),
  detachHostDevice: (machine: RepairedMachine, device: string, words: Said): Repair => ({
    label: say('repairs.startWithout'),
    explanation: say('repairs.takesOutCanAdded', { words, machine: machine.name }),
    command: null,
    action: { ...refOf(machine), kind: 'detach-host-device', device },
  }),
  detachSharedFolder: (machine: RepairedMachine, targetTag: string): Repair => ({
    label: say('repairs.startWithoutSharedFolder'),
    explanation: say('repairs.noLongerGetsFolder', { machine: machine.name, targetTag }),
    command: `virt-xml ${quoted(machine.name)} --remove-device --filesystem target.dir=${quoted(targetTag)}`,
    action: { ...refOf(machine), kind: 'detach-shared-folder', targetTag },
  }),
  detachTpm: (machine: RepairedMachine): Repair => ({
    label: say('repairs.startWithoutTpm'),
    explanation: say('repairs.takesTpmOutSystem', { machine: machine.name }),
    command: `virt-xml ${quoted(machine.name)} --remove-device --tpm all`,
    action: { ...refOf(machine), kind: 'detach-tpm' },
  }),
  setSavedStateAside: (machine: RepairedMachine, canBeKept: boolean): Repair => ({
    label: say('repairs.startAfresh'),
    explanation: canBeKept
      ? say('repairs.setsSavedStateAside', { machine: machine.name })
      : say('repairs.throwsSavedStateAway', { machine: machine.name }),
    command: `virsh managedsave-remove ${quoted(machine.name)}`,
    action: { ...refOf(machine), kind: 'set-saved-state-aside' },
  }),
}
