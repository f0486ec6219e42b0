import type { NewMachine } from '@strata/contract/create.ts'
import type { DomainCpu, FieldsOf } from 'node-libvirt/xml'

import { isWindows } from '../form/guest-family.ts'

/**
 * Memory that can grow is given as a balloon: the machine is built with its maximum and leaves what it does not use yet to the
 * host. Plugging memory in would need slots, NUMA cells and a guest that knows how; the balloon's driver is in every Linux, and
 * in virtio's for Windows. A guest without it simply has the maximum from the start.
 */
export function memoryOf({ memoryKiB, maxMemoryKiB }: Pick<NewMachine, 'memoryKiB' | 'maxMemoryKiB'>) {
  return { memoryKiB: Math.max(memoryKiB, maxMemoryKiB ?? 0), currentMemoryKiB: memoryKiB }
}

type Processor = FieldsOf<typeof DomainCpu.properties>

export function processorOf(wanted: Pick<NewMachine, 'cpu' | 'topology' | 'vcpuCount' | 'osId'>): Processor {
  const { cpu, vcpuCount } = wanted
  // Windows for desktops uses two sockets at most, and libvirt would make each processor one.
  const topology = wanted.topology ?? (isWindows(wanted.osId) ? { sockets: 1, cores: vcpuCount, threads: 1 } : null)
  return { ...modelOf(cpu), ...(topology !== null && { topology }) }
}

function modelOf(cpu: NewMachine['cpu']): Processor {
  switch (cpu.mode) {
    case 'named':
      // A model that the host lacks a part of fails to start, rather than become another one in silence.
      return { mode: 'custom', match: 'exact', model: cpu.model, fallback: 'forbid' }
    case 'host-passthrough':
      return { mode: 'host-passthrough', check: 'none' }
    case 'host-model':
    case 'maximum':
      return { mode: cpu.mode }
  }
}
