import { readFile } from 'node:fs/promises'

import type { ReadinessCheck } from '@strata/contract/hosts.ts'
import { say } from '@strata/contract/words/say.ts'

import { repairs } from '../repairs/offered.ts'
import type { Host } from '../hosts/host.ts'
import type { KvmFact } from '../hosts/kvm-fact.ts'
import { isThere, type Surroundings } from '../this-computer/surroundings.ts'

/** What only this computer itself can tell. */
export async function localChecks(host: Host, kvm: KvmFact, around: Surroundings): Promise<ReadinessCheck[]> {
  const cpuText = await readFile('/proc/cpuinfo', 'utf8').catch(() => '') // not on every system
  const [hasDevice, nestedText] = await Promise.all([isThere('/dev/kvm'), nestedParameter()])
  return [processorCheck(cpuText, hasDevice), kvmCheck(host, kvm, around), nestedCheck(nestedText)]
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

function kvmCheck(host: Host, kvm: KvmFact, around: Surroundings): ReadinessCheck {
  const base = { id: 'kvm', title: say('readiness.kvm') }
  if (kvm.usable)
    return { ...base, level: 'good', finding: say('readiness.trialGuestRanProcessor'), effect: null, repairs: [] }
  const mayNotOpen = host.kind === 'session' && !around.isRoot
  return {
    ...base,
    level: 'limited',
    finding: kvm.reason ?? say('readiness.kvmDoesNotRun'),
    effect: say('readiness.machinesRunEmulationMany'),
    repairs: mayNotOpen
      ? [
          repairs.byHand(
            say('readiness.joinGroupKvm'),
            say('readiness.letsOpenDevKvm', { userName: around.userName }),
            `sudo usermod --append --groups kvm ${around.userName}`,
          ),
        ]
      : [],
  }
}

async function nestedParameter(): Promise<string | null> {
  for (const name of ['kvm_intel', 'kvm_amd']) {
    const text = await readFile(`/sys/module/${name}/parameters/nested`, 'utf8').catch(() => null) // that module is not loaded
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
