import type { NetworkSource, NewMachine } from '@strata/contract/create.ts'

import { commandLine } from '../../definitions/quoted.ts'
import type { PlacedDisk } from './definition.ts'
import { cardsOf } from '../form/network-cards.ts'

/** What was made, as it would be told to another program. */
export interface MadeMachine {
  readonly uri: string
  readonly wanted: NewMachine
  /** Of the first card; null: it has none. */
  readonly macAddress: string | null
  readonly disks: readonly PlacedDisk[]
  readonly cdroms: readonly (string | null)[]
  readonly directBoot: { readonly kernelPath: string; readonly initrdPath: string; readonly commandLine: string } | null
}

/**
 * The same machine as a line for a terminal. No secrets: what is set up inside is told by the seed's path alone.
 */
export function creationLines(made: MadeMachine): string[] {
  const { uri, wanted } = made
  const words = [
    'virt-install',
    ...['--connect', uri],
    ...['--name', wanted.name],
    ...['--memory', memoryWord(wanted)],
    ...['--vcpus', vcpuWord(wanted)],
    ...['--cpu', cpuWord(wanted)],
    ...['--virt-type', wanted.accelerator === 'kvm' ? 'kvm' : 'qemu'],
    ...['--machine', wanted.machineType],
    ...(wanted.osId === null ? ['--osinfo', 'detect=on,require=off'] : ['--osinfo', wanted.osId]),
    ...made.disks.flatMap((disk) => ['--disk', diskWord(disk)]),
    ...made.cdroms.flatMap((path) => ['--disk', path === null ? 'device=cdrom' : `path=${path},device=cdrom`]),
    ...(made.disks.length === 0 && made.cdroms.length === 0 ? ['--disk', 'none'] : []),
    ...networkWords(made),
    ...['--boot', bootWord(made)],
    ...(wanted.tpm ? ['--tpm', 'emulator,version=2.0'] : []),
    ...['--video', wanted.video],
    ...['--graphics', wanted.video === 'none' ? 'none' : 'vnc'],
    ...(wanted.sound === 'none' ? [] : ['--sound', wanted.sound]),
    ...(wanted.agentChannel ? ['--channel', 'unix,target.type=virtio,target.name=org.qemu.guest_agent.0'] : []),
    ...(wanted.rng ? ['--rng', '/dev/urandom'] : []),
    ...(wanted.autostart ? ['--autostart'] : []),
    ...['--noautoconsole', '--import'],
  ]
  return [commandLine(...words)]
}

function memoryWord({ memoryKiB, maxMemoryKiB }: NewMachine): string {
  const mib = Math.round(memoryKiB / 1024)
  return maxMemoryKiB === null ? String(mib) : `memory=${Math.round(maxMemoryKiB / 1024)},currentMemory=${mib}`
}

function vcpuWord({ vcpuCount, topology }: NewMachine): string {
  if (topology === null) return String(vcpuCount)
  const { sockets, cores, threads } = topology
  return `${vcpuCount},sockets=${sockets},cores=${cores},threads=${threads}`
}

const cpuWord = ({ cpu }: NewMachine) => (cpu.mode === 'named' ? cpu.model : cpu.mode)

function diskWord({ path, format, bus, cache }: PlacedDisk): string {
  return `path=${path},format=${format},bus=${bus}${cache === 'default' ? '' : `,cache=${cache}`}`
}

function networkWords({ wanted, macAddress }: MadeMachine): string[] {
  const cards = cardsOf(wanted)
  if (cards.length === 0) return ['--network', 'none']
  return cards.flatMap(({ source, model }, index) => [
    '--network',
    networkWord(source, model) + (index === 0 && macAddress !== null ? `,mac=${macAddress}` : ''),
  ])
}

function networkWord(source: NetworkSource, model: string): string {
  switch (source.kind) {
    case 'user':
      return `user,model=${model}`
    case 'network':
      return `network=${source.networkName},model=${model}`
    case 'bridge':
      return `bridge=${source.bridgeName},model=${model}`
    case 'macvtap':
      return `type=direct,source=${source.deviceName},source_mode=bridge,model=${model}`
    case 'none':
      return 'none'
  }
}

const bootNames = { disk: 'hd', cdrom: 'cdrom', network: 'network' } as const

function bootWord({ wanted, directBoot }: MadeMachine): string {
  const order = wanted.bootOrder.map((device) => bootNames[device])
  const secure = ['firmware.feature0.name=secure-boot', 'firmware.feature0.enabled=yes']
  const firmware = { bios: [], uefi: ['uefi'], 'uefi-secure': ['uefi', ...secure] }[wanted.firmware]
  const kernel =
    directBoot === null
      ? []
      : [
          `kernel=${directBoot.kernelPath}`,
          `initrd=${directBoot.initrdPath}`,
          `kernel_args="${directBoot.commandLine}"`,
        ]
  return [...firmware, ...kernel, ...order].join(',') || 'hd'
}
