import { readFile } from 'node:fs/promises'

import type { ReadinessCheck } from '@strata/contract/hosts.ts'

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
  const base = { id: 'processor', title: 'Virtualisation in the processor', repairs: [] }
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(cpuText)?.[1]?.split(' ') ?? [])
  if (flags.has('vmx')) return { ...base, level: 'good', finding: 'The processor has VT-x.', effect: null }
  if (flags.has('svm')) return { ...base, level: 'good', finding: 'The processor has AMD-V.', effect: null }
  if (flags.size === 0 && hasDevice)
    return { ...base, level: 'good', finding: 'The processor runs machines.', effect: null }
  if (flags.size === 0)
    return { ...base, level: 'unknown', finding: 'The processor does not tell what it can do.', effect: null }
  const finding = flags.has('hypervisor')
    ? 'This computer is a virtual machine itself, and does not pass virtualisation on.'
    : 'The processor does not offer VT-x or AMD-V; it may be switched off in the firmware’s set-up.'
  return { ...base, level: 'limited', finding, effect: 'Machines run by emulation, many times slower.' }
}

function kvmCheck(host: Host, kvm: KvmFact, around: Surroundings): ReadinessCheck {
  const base = { id: 'kvm', title: 'KVM' }
  if (kvm.usable)
    return { ...base, level: 'good', finding: 'A trial guest ran on the processor itself.', effect: null, repairs: [] }
  const mayNotOpen = host.kind === 'session' && !around.isRoot
  return {
    ...base,
    level: 'limited',
    finding: kvm.reason ?? 'KVM does not run guests here.',
    effect: 'Machines run by emulation, many times slower.',
    repairs: mayNotOpen
      ? [
          repairs.byHand(
            'Join the group kvm',
            `Lets ${around.userName} open /dev/kvm, where that is what is missing. Log out and in again afterwards.`,
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
  const base = { id: 'nested', title: 'Machines within machines', repairs: [] }
  if (parameter === null)
    return { ...base, level: 'unknown', finding: 'KVM’s module is not loaded, so this cannot be seen.', effect: null }
  if (parameter === 'Y' || parameter === '1')
    return { ...base, level: 'good', finding: 'A machine can run machines itself.', effect: null }
  return {
    ...base,
    level: 'limited',
    finding: 'Nested virtualisation is switched off.',
    effect: 'A machine cannot run machines itself, other than by emulation.',
  }
}
