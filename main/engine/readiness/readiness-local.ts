import type { ReadinessCheck } from '@strata/contract/hosts.ts'
import { say } from '@strata/contract/words/say.ts'

import { repairs } from '../repairs/offered.ts'
import type { Host } from '../hosts/host.ts'
import type { KvmFact } from '../hosts/kvm-fact.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'
import { isThere, type HostSystem } from '../hosts/place/host-system.ts'

/** What only the files of the host's computer can tell. */
export async function localChecks(
  host: Host,
  files: HostFiles,
  kvm: KvmFact,
  system: HostSystem,
): Promise<ReadinessCheck[]> {
  const cpuText = await files.readText('/proc/cpuinfo').catch(() => '') // not on every system
  const [hasDevice, nestedText] = await Promise.all([isThere(files, '/dev/kvm'), nestedParameter(files)])
  return [processorCheck(cpuText, hasDevice), kvmCheck(host, kvm, system), nestedCheck(nestedText)]
}

/** @param cpuText of /proc/cpuinfo */
export function processorCheck(cpuText: string, hasDevice: boolean): ReadinessCheck {
  const base = { id: 'processor', title: say('readiness.virtualisationProcessor'), repairs: [] }
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(cpuText)?.[1]?.split(' ') ?? [])
  if (flags.has('vmx')) return { ...base, level: 'good', finding: say('readiness.processorVtX'), effect: null }
  if (flags.has('svm')) return { ...base, level: 'good', finding: say('readiness.processorAmdV'), effect: null }
  if (flags.size === 0 && hasDevice)
    return { ...base, level: 'good', finding: say('readiness.processorRunsMachines'), effect: null }
  if (flags.size === 0)
    return { ...base, level: 'unknown', finding: say('readiness.processorDoesNotTell'), effect: null }
  const finding = flags.has('hypervisor')
    ? say('readiness.computerVirtualMachineItself')
    : say('readiness.processorDoesNotOffer')
  return { ...base, level: 'limited', finding, effect: say('readiness.machinesRunEmulationMany') }
}

function kvmCheck(host: Host, kvm: KvmFact, system: HostSystem): ReadinessCheck {
  const base = { id: 'kvm', title: say('readiness.kvm') }
  if (kvm.usable)
    return { ...base, level: 'good', finding: say('readiness.trialGuestRanProcessor'), effect: null, repairs: [] }
  const mayNotOpen = host.address.scope === 'session' && !system.isRoot
  return {
    ...base,
    level: 'limited',
    finding: kvm.reason ?? say('readiness.kvmDoesNotRun'),
    effect: say('readiness.machinesRunEmulationMany'),
    repairs: mayNotOpen
      ? [
          repairs.byHand(
            say('readiness.joinGroupKvm'),
            say('readiness.letsOpenDevKvm', { userName: system.userName }),
            `sudo usermod --append --groups kvm ${system.userName}`,
          ),
        ]
      : [],
  }
}

async function nestedParameter(files: HostFiles): Promise<string | null> {
  for (const name of ['kvm_intel', 'kvm_amd']) {
    const text = await files.readText(`/sys/module/${name}/parameters/nested`).catch(() => null) // that module is not loaded
    if (text !== null) return text.trim()
  }
  return null
}

/** @param parameter of the kernel's module, 'Y' or '1'; null: it is not loaded */
export function nestedCheck(parameter: string | null): ReadinessCheck {
  const base = { id: 'nested', title: say('readiness.machinesWithinMachines'), repairs: [] }
  if (parameter === null)
    return { ...base, level: 'unknown', finding: say('readiness.kvmsModuleNotLoaded'), effect: null }
  if (parameter === 'Y' || parameter === '1')
    return { ...base, level: 'good', finding: say('readiness.machineCanRunMachines'), effect: null }
  return {
    ...base,
    level: 'limited',
    finding: say('readiness.nestedVirtualisationSwitchedOff'),
    effect: say('readiness.machineCannotRunMachines'),
  }
}
