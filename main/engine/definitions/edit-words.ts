import type { Machine } from '@strata/contract/machines.ts'

import { byteText } from '../byte-text.ts'
import type { EditAction } from './definition-edits.ts'
import { virsh, virtXml } from './terminal-lines.ts'

/** An edit as the history tells it. */
export interface EditWords {
  readonly title: string
  readonly lines: string[]
  readonly undoLines?: string[]
}

type Before = Pick<Machine, 'name' | 'maxMemoryKiB' | 'vcpuCount'>

/** What a repair's edit is called, and its lines for a terminal. What no line does is done in an editor. */
export function editWords(uri: string, before: Before, action: EditAction): EditWords {
  const { name } = before
  const editor = [virsh(uri, 'edit', name)]
  const xml = (...words: readonly string[]) => [virtXml(uri, name, '--edit', ...words)]
  switch (action.kind) {
    case 'relink-disk':
      return {
        title: `Disk ${action.targetDev} uses ${action.toPath}`,
        lines: xml(`target=${action.targetDev}`, '--disk', `path=${action.toPath}`),
      }
    case 'detach-disk':
      return {
        title: `Disk ${action.targetDev} taken out`,
        lines: [virsh(uri, 'detach-disk', name, action.targetDev, '--config')],
      }
    case 'set-disk-format':
      return {
        title: `Disk ${action.targetDev} is read as ${action.format}`,
        lines: xml(`target=${action.targetDev}`, '--disk', `driver.type=${action.format}`),
      }
    case 'replug-card': {
      const { to } = action
      const where = to.kind === 'user' ? 'type=user' : `network=${to.networkName}`
      return {
        title: `Network card ${action.macAddress} plugged into ${to.kind === 'user' ? 'the user-mode network' : `“${to.networkName}”`}`,
        lines: xml(`mac=${action.macAddress}`, '--network', where),
      }
    }
    case 'new-mac-address':
      return {
        title: `Network card ${action.macAddress} got an address of its own`,
        lines: xml(`mac=${action.macAddress}`, '--network', 'mac=RANDOM'),
      }
    case 'set-memory':
      return {
        title: `Memory set to ${byteText(action.memoryKiB * 1024)}`,
        lines: memoryLines(uri, name, action.memoryKiB),
        undoLines: memoryLines(uri, name, before.maxMemoryKiB),
      }
    case 'set-vcpus':
      return {
        title: `Processors set to ${action.vcpuCount}`,
        lines: [virsh(uri, 'setvcpus', name, String(action.vcpuCount), '--maximum', '--config')],
      }
    case 'set-cpu-mode':
      return { title: `Processor set to ${action.mode}`, lines: xml('--cpu', action.mode) }
    case 'run-by-emulation':
      return { title: 'Runs by emulation', lines: xml('--xml', './@type=qemu') }
    case 'set-machine-type':
      return { title: `Board set to ${action.machineType}`, lines: xml('--boot', `machine=${action.machineType}`) }
    case 'set-emulator':
      return { title: `Runs with ${action.path}`, lines: xml('--xml', `./devices/emulator=${action.path}`) }
    case 'choose-firmware':
      return { title: 'Uses the firmware that is installed', lines: editor }
    case 'drop-direct-boot':
      return { title: 'Boots from its disk', lines: xml('--boot', 'kernel=,initrd=,kernel_args=') }
    case 'detach-host-device':
      return { title: `Device ${action.device} taken out`, lines: editor }
    case 'detach-shared-folder':
      return {
        title: `Shared folder ${action.targetTag} taken out`,
        lines: [virtXml(uri, name, '--remove-device', '--filesystem', `target.dir=${action.targetTag}`)],
      }
    case 'detach-tpm':
      return { title: 'TPM taken out', lines: [virtXml(uri, name, '--remove-device', '--tpm', 'all')] }
  }
}

/** The most first: what it has now may not be more. */
const memoryLines = (uri: string, name: string, memoryKiB: number) =>
  ['setmaxmem', 'setmem'].map((command) => virsh(uri, command, name, String(memoryKiB), '--config'))
