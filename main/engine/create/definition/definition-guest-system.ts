import type { ClockTimer, DomainClock, DomainFeatures, FieldsOf } from 'node-libvirt/xml'

import type { SettledMachine } from './definition.ts'
import { isWindows } from '../form/guest-family.ts'

type Wanted = SettledMachine['wanted']

/** What Windows asks of a hypervisor to run well on it. Emulation has none of it to give. */
export function setHyperV(features: DomainFeatures, wanted: Wanted): void {
  if (!usesHyperV(wanted)) return
  features.hypervMode = 'custom'
  features.hypervRelaxed = true
  features.hypervVapic = true
  features.hypervSpinlocks = true
  features.hypervSpinlockRetries = 8191
  features.hypervVpindex = true
  features.hypervRuntime = true
  features.hypervSynic = true
  features.hypervStimer = true
  features.hypervFrequencies = true
}

const usesHyperV = ({ osId, accelerator, machineType }: Wanted) =>
  isWindows(osId) && accelerator === 'kvm' && machineType !== 'virt'

/** Windows keeps the hardware's clock in local time. The high precision timer costs a busy host much and gains a guest nothing. */
export function clockOf(wanted: Wanted): FieldsOf<typeof DomainClock.properties> {
  const offset = isWindows(wanted.osId) ? 'localtime' : 'utc'
  if (wanted.machineType === 'virt') return { offset }
  const timers: FieldsOf<typeof ClockTimer.properties>[] = [
    { name: 'rtc', tickPolicy: 'catchup' },
    ...(wanted.accelerator === 'kvm' ? ([{ name: 'pit', tickPolicy: 'delay' }] as const) : []),
    { name: 'hpet', isPresent: false },
    ...(usesHyperV(wanted) ? ([{ name: 'hypervclock', isPresent: true }] as const) : []),
  ]
  return { offset, timers }
}
