import type { MachineRef } from '@strata/contract/references.ts'
import type { PlugTarget, Repair, RepairActionOf } from '@strata/contract/repairs.ts'

import { byteText } from '../byte-text.ts'
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
const memory = (kib: number) => byteText(kib * 1024)
/** The change of one value of a definition, as a line for virt-install's own editor. */
const edit = ({ name }: RepairedMachine, change: string) => `virt-xml ${quoted(name)} --edit ${change}`

/** Changes of one machine's definition or files; each says what it changes and how it is taken back. */
export const machineRepairs = {
  relinkDisk: (machine: RepairedMachine, targetDev: string, fromPath: string, found: FoundFile): Repair => ({
    label: `Use the one in pool “${found.poolName}”`,
    explanation: `Disk ${targetDev} of “${machine.name}” uses ${found.path}, a file of the same name, instead of ${fromPath}. No file is touched; the old path can be set again in the definition.`,
    command: edit(machine, `target=${quoted(targetDev)} --disk path=${quoted(found.path)}`),
    action: { ...refOf(machine), kind: 'relink-disk', targetDev, fromPath, toPath: found.path },
  }),
  detachDisk: (machine: RepairedMachine, targetDev: string, source: string): Repair => ({
    label: `Start without disk ${targetDev}`,
    explanation: `Takes disk ${targetDev} (${source}) out of “${machine.name}”. The file, where there is one, is kept, and can be added again as a disk.`,
    command: `virsh detach-disk ${quoted(machine.name)} ${quoted(targetDev)} --config`,
    action: { ...refOf(machine), kind: 'detach-disk', targetDev, source },
  }),
  setDiskFormat: (machine: RepairedMachine, targetDev: string, path: string, format: ImageFormat): Repair => ({
    label: `Read it as ${format}`,
    explanation: `The definition of “${machine.name}” calls ${path} ${format}, which is what its content is. No file is touched; the old word can be set again in the definition.`,
    command: edit(machine, `target=${quoted(targetDev)} --disk driver.type=${format}`),
    action: { ...refOf(machine), kind: 'set-disk-format', targetDev, path, format },
  }),
  copyIntoPool: (
    machine: RepairedMachine,
    disk: { readonly targetDev: string; readonly path: string },
    pool: { readonly uuid: string; readonly name: string },
  ): Repair => ({
    label: `Copy into pool “${pool.name}”`,
    explanation: `Copies ${disk.path} into the storage pool “${pool.name}”, which QEMU can read, and uses the copy. The original stays as it is.`,
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
        ? `Use the one in pool “${purpose.poolName}”`
        : `Record the format ${image.backingFormat}`,
    explanation:
      purpose.kind === 'moved'
        ? `Writes into ${image.path} that it is built on ${image.backingPath}, a file of the same name. No data is touched; the same command with the old path takes it back.`
        : `Writes into ${image.path} that ${image.backingPath} below it is ${image.backingFormat}, which is what its content is. No data is touched.`,
    command: `qemu-img rebase -u -f qcow2 -b ${quoted(image.backingPath)} -F ${image.backingFormat} ${quoted(image.path)}`,
    action: { ...refOf(machine), kind: 'rebase-image', ...image },
  }),
  mendImage: (machine: RepairedMachine, path: string): Repair => ({
    label: 'Mend the image',
    explanation: `Copies ${path} to a file beside it first, then lets qemu-img mend it. What was damaged may be lost; the copy is kept for taking it back.`,
    command: `cp --sparse=always ${quoted(path)} ${quoted(`${path}.before-mending`)} && qemu-img check -r all ${quoted(path)}`,
    action: { ...refOf(machine), kind: 'mend-image', path },
  }),
  replugCard: (machine: RepairedMachine, macAddress: string, to: PlugTarget): Repair => ({
    label: to.kind === 'user' ? 'Use the user-mode network' : `Use network “${to.networkName}”`,
    explanation:
      to.kind === 'user'
        ? `Plugs network card ${macAddress} into QEMU’s own network: the guest reaches out, nobody reaches in. The definition can be set back.`
        : `Plugs network card ${macAddress} into “${to.networkName}”. The guest gets another address there. The definition can be set back.`,
    command: edit(
      machine,
      `mac=${macAddress} --network ${to.kind === 'user' ? 'type=user' : `network=${quoted(to.networkName)}`}`,
    ),
    action: { ...refOf(machine), kind: 'replug-card', macAddress, to },
  }),
  newMacAddress: (machine: RepairedMachine, macAddress: string): Repair => ({
    label: 'Give it an address of its own',
    explanation: `Replaces ${macAddress} of “${machine.name}” by a new hardware address. The guest may see a new network card; the old address can be set again.`,
    command: edit(machine, `mac=${macAddress} --network mac=RANDOM`),
    action: { ...refOf(machine), kind: 'new-mac-address', macAddress },
  }),
  setMemory: (machine: RepairedMachine, memoryKiB: number, nowKiB: number): Repair => ({
    label: `Give it ${memory(memoryKiB)}`,
    explanation: `“${machine.name}” gets ${memory(memoryKiB)} of memory instead of ${memory(nowKiB)}. It can be set back at any time.`,
    command: `virsh setmaxmem ${quoted(machine.name)} ${memoryKiB} --config && virsh setmem ${quoted(machine.name)} ${memoryKiB} --config`,
    action: { ...refOf(machine), kind: 'set-memory', memoryKiB },
  }),
  setVcpus: (machine: RepairedMachine, vcpuCount: number, now: number): Repair => ({
    label: `Give it ${vcpuCount} processors`,
    explanation: `“${machine.name}” gets ${vcpuCount} processors instead of ${now}; a layout of sockets and cores that does not fit is dropped. It can be set back.`,
    command: `virsh setvcpus ${quoted(machine.name)} ${vcpuCount} --maximum --config`,
    action: { ...refOf(machine), kind: 'set-vcpus', vcpuCount },
  }),
  setCpuMode: (machine: RepairedMachine, mode: 'host-model' | 'maximum', now: string): Repair => ({
    label: mode === 'host-model' ? 'Use what this host has' : 'Use all that emulation can',
    explanation: `The processor of “${machine.name}” becomes ${mode} instead of ${now}. Its system may notice another processor. It can be set back.`,
    command: edit(machine, `--cpu ${mode}`),
    action: { ...refOf(machine), kind: 'set-cpu-mode', mode },
  }),
  runByEmulation: (machine: RepairedMachine): Repair => ({
    label: 'Run it by emulation',
    explanation: `“${machine.name}” runs without KVM: it works, but every instruction is translated, ten to a hundred times slower. It can be set back when KVM is there.`,
    command: edit(machine, '--xml ./@type=qemu'),
    action: { ...refOf(machine), kind: 'run-by-emulation' },
  }),
  setMachineType: (machine: RepairedMachine, machineType: string, now: string): Repair => ({
    label: `Use ${machineType}`,
    explanation: `The board of “${machine.name}” becomes ${machineType}, the newest of its family here, instead of ${now}. Its system may find some devices anew. It can be set back.`,
    command: edit(machine, `--boot machine=${machineType}`),
    action: { ...refOf(machine), kind: 'set-machine-type', machineType },
  }),
  setEmulator: (machine: RepairedMachine, path: string, now: string): Repair => ({
    label: `Use ${path}`,
    explanation: `“${machine.name}” runs with ${path} instead of ${now}. It can be set back.`,
    command: edit(machine, `--xml ./devices/emulator=${quoted(path)}`),
    action: { ...refOf(machine), kind: 'set-emulator', path },
  }),
  chooseFirmware: (machine: RepairedMachine): Repair => ({
    label: 'Use the firmware that is installed',
    explanation: `Lets libvirt choose among the UEFI firmware of this host for “${machine.name}”. Its own boot settings are kept where their file is still there. The old paths can be set again.`,
    command: edit(machine, '--boot firmware=efi,loader=,loader.readonly=,loader.type=,nvram.template='),
    action: { ...refOf(machine), kind: 'choose-firmware' },
  }),
  dropDirectBoot: (machine: RepairedMachine, kernelPath: string): Repair => ({
    label: 'Boot from its disk',
    explanation: `“${machine.name}” no longer starts the kernel ${kernelPath} itself, but what its disk or drive holds. The paths can be set again.`,
    command: edit(machine, '--boot kernel=,initrd=,kernel_args='),
    action: { ...refOf(machine), kind: 'drop-direct-boot' },
  }),
  changePort: (machine: RepairedMachine, device: RepairActionOf<'change-port'>['device'], port: number): Repair => ({
    label: 'Use a free port',
    explanation:
      device === 'serial'
        ? `The serial port of “${machine.name}” listens on a port that is free now instead of ${port}. It can be set back.`
        : `libvirt chooses a free port for the screen of “${machine.name}” at each start, instead of ${port}. It can be set back.`,
    command: device === 'serial' ? null : edit(machine, `--graphics port=-1`),
    action: { ...refOf(machine), kind: 'change-port', device, port },
  }),
  detachHostDevice: (machine: RepairedMachine, device: string, words: string): Repair => ({
    label: 'Start without it',
    explanation: `Takes ${words} out of “${machine.name}”. It can be added again when it is there.`,
    command: null,
    action: { ...refOf(machine), kind: 'detach-host-device', device },
  }),
  detachSharedFolder: (machine: RepairedMachine, targetTag: string): Repair => ({
    label: 'Start without the shared folder',
    explanation: `“${machine.name}” no longer gets the folder that it mounts as ${targetTag}. It can be added again.`,
    command: `virt-xml ${quoted(machine.name)} --remove-device --filesystem target.dir=${quoted(targetTag)}`,
    action: { ...refOf(machine), kind: 'detach-shared-folder', targetTag },
  }),
  detachTpm: (machine: RepairedMachine): Repair => ({
    label: 'Start without the TPM',
    explanation: `Takes the TPM out of “${machine.name}”. A system that locked its disk with it asks for the recovery key. What the TPM held is kept for when it is added again.`,
    command: `virt-xml ${quoted(machine.name)} --remove-device --tpm all`,
    action: { ...refOf(machine), kind: 'detach-tpm' },
  }),
  setSavedStateAside: (machine: RepairedMachine, canBeKept: boolean): Repair => ({
    label: 'Start afresh',
    explanation: canBeKept
      ? `Sets the saved state of “${machine.name}” aside as a file beside it and starts its system anew. What was not on its disks is not there then.`
      : `Throws the saved state of “${machine.name}” away and starts its system anew. What was not on its disks is lost.`,
    command: `virsh managedsave-remove ${quoted(machine.name)}`,
    action: { ...refOf(machine), kind: 'set-saved-state-aside' },
  }),
}
