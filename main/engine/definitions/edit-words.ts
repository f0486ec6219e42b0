import type { Machine } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { EditAction } from './definition-edits.ts'
import { virsh, virtXml } from './terminal-lines.ts'

/** An edit as the history tells it. */
export interface EditWords {
  readonly title: Said
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
        title: say('definitions.diskUses', { targetDev: action.targetDev, toPath: action.toPath }),
        lines: xml(`target=${action.targetDev}`, '--disk', `path=${action.toPath}`),
      }
    case 'detach-disk':
      return {
        title: say('definitions.diskTakenOut', { targetDev: action.targetDev }),
        lines: [virsh(uri, 'detach-disk', name, action.targetDev, '--config')],
      }
    case 'set-disk-format':
      return {
        title: say('definitions.diskRead', { targetDev: action.targetDev, format: action.format }),
        lines: xml(`target=${action.targetDev}`, '--disk', `driver.type=${action.format}`),
      }
    case 'replug-card': {
      const { to } = action
      const where = to.kind === 'user' ? 'type=user' : `network=${to.networkName}`
      return {
        title:
          to.kind === 'user'
            ? say('definitions.networkCardPluggedInto', { macAddress: action.macAddress })
            : say('definitions.networkCardPluggedInto2', {
                macAddress: action.macAddress,
                networkName: to.networkName,
              }),
        lines: xml(`mac=${action.macAddress}`, '--network', where),
      }
    }
    case 'new-mac-address':
      return {
        title: say('definitions.networkCardGotAddress', { macAddress: action.macAddress }),
        lines: xml(`mac=${action.macAddress}`, '--network', 'mac=RANDOM'),
      }
    case 'set-memory':
      return {
        title: say('definitions.memorySet', { memory: action.memoryKiB * 1024 }),
        lines: memoryLines(uri, name, action.memoryKiB),
        undoLines: memoryLines(uri, name, before.maxMemoryKiB),
      }
    case 'set-vcpus':
      return {
        title: say('definitions.processorsSet', { vcpuCount: action.vcpuCount }),
        lines: [virsh(uri, 'setvcpus', name, String(action.vcpuCount), '--maximum', '--config')],
      }
    case 'set-cpu-mode':
      return { title: say('definitions.processorSet', { mode: action.mode }), lines: xml('--cpu', action.mode) }
    case 'run-by-emulation':
      return { title: say('definitions.runsEmulation'), lines: xml('--xml', './@type=qemu') }
    case 'set-machine-type':
      return {
        title: say('definitions.boardSet', { machineType: action.machineType }),
        lines: xml('--boot', `machine=${action.machineType}`),
      }
    case 'set-emulator':
      return {
        title: say('definitions.runsWith', { path: action.path }),
        lines: xml('--xml', `./devices/emulator=${action.path}`),
      }
    case 'choose-firmware':
      return { title: say('definitions.usesFirmwareInstalled'), lines: editor }
    case 'drop-direct-boot':
      return { title: say('definitions.bootsDisk'), lines: xml('--boot', 'kernel=,initrd=,kernel_args=') }
    case 'detach-host-device':
      return { title: say('definitions.deviceTakenOut', { device: action.device }), lines: editor }
    case 'detach-shared-folder':
      return {
        title: say('definitions.sharedFolderTakenOut', { targetTag: action.targetTag }),
        lines: [virtXml(uri, name, '--remove-device', '--filesystem', `target.dir=${action.targetTag}`)],
      }
    case 'detach-tpm':
      return { title: say('definitions.tpmTakenOut'), lines: [virtXml(uri, name, '--remove-device', '--tpm', 'all')] }
  }
}

/** The most first: what it has now may not be more. */
const memoryLines = (uri: string, name: string, memoryKiB: number) =>
  ['setmaxmem', 'setmem'].map((command) => virsh(uri, command, name, String(memoryKiB), '--config'))
