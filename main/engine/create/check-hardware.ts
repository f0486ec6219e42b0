import { byteText } from '../byte-text.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { fittingMemoryKiB } from './fitting-memory.ts'
import type { HostRoom } from './host-room.ts'

/** Processors, memory, firmware and the way of running, against what the host has. */
export function checkHardware(form: PartialForm, room: HostRoom): Finding[] {
  return [
    ...checkVcpus(form, room),
    ...checkMemory(form, room),
    ...checkFirmware(form, room),
    ...checkAccelerator(form, room),
  ]
}

function checkVcpus({ vcpuCount, machineType }: PartialForm, { cpuCount, abilities, hostLabel }: HostRoom): Finding[] {
  if (vcpuCount === undefined) return []
  const { maxVcpus } = abilities.of(machineType)
  if (maxVcpus !== null && vcpuCount > maxVcpus) {
    return [
      stopping('vcpuCount', 'invalid-input', `A machine on ${hostLabel} can have ${maxVcpus} processors at most.`, {
        suggestion: { vcpuCount: maxVcpus },
      }),
    ]
  }
  if (vcpuCount <= cpuCount) return []
  return [
    warning('vcpuCount', `The host has ${cpuCount} threads; more processors than that make the machine slower.`, {
      suggestion: { vcpuCount: cpuCount },
    }),
  ]
}

function checkMemory({ memoryKiB }: PartialForm, room: HostRoom): Finding[] {
  if (memoryKiB === undefined) return []
  const [total, available] = [byteText(room.memoryKiB * 1024), byteText(room.availableMemoryKiB * 1024)]
  if (memoryKiB > room.memoryKiB) {
    const suggestion = { memoryKiB: fittingMemoryKiB(room.availableMemoryKiB) }
    return [stopping('memoryKiB', 'invalid-input', `${room.hostLabel} has ${total} of memory in all.`, { suggestion })]
  }
  if (memoryKiB <= room.availableMemoryKiB) return []
  return [
    warning(
      'memoryKiB',
      `${available} of memory are free now. The host may have to swap, and everything becomes slow.`,
    ),
  ]
}

function checkFirmware({ firmware, machineType }: PartialForm, { abilities, hostLabel }: HostRoom): Finding[] {
  if (firmware === undefined || firmware === 'bios' || abilities.of(machineType).hasUefi) return []
  return [
    stopping('firmware', 'unsupported', `${hostLabel} has no UEFI firmware for machines (package ovmf).`, {
      suggestion: { firmware: 'bios' },
    }),
  ]
}

function checkAccelerator({ accelerator }: PartialForm, { kvm }: HostRoom): Finding[] {
  if (accelerator === 'kvm' && !kvm.usable) {
    return [
      stopping('accelerator', 'unsupported', kvm.reason ?? 'KVM does not run machines here.', {
        suggestion: { accelerator: 'emulation' },
      }),
    ]
  }
  if (accelerator === 'emulation' && kvm.usable) {
    return [
      warning('accelerator', 'KVM works on this host. Emulation is many times slower.', {
        suggestion: { accelerator: 'kvm' },
      }),
    ]
  }
  return []
}
