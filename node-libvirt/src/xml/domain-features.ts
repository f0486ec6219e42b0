import { integer, oneOf, onOff } from './codec.ts'
import { flag, property } from './property.ts'
import { xmlObject } from './xml-object.ts'

/** Features of the chip set and the hypervisor; most are on when their element is there. */
export class DomainFeatures extends xmlObject({
  acpi: flag('./acpi'),
  apic: flag('./apic'),
  pae: flag('./pae'),
  /** System Management Mode; secure boot needs it. Present without a state means on. */
  hasSmm: flag('./smm'),
  smm: property('./smm/@state', onOff),
  vmport: property('./vmport/@state', onOff),
  gicVersion: property('./gic/@version', oneOf('2', '3', 'host')),
  hasHyperv: flag('./hyperv'),
  hypervMode: property('./hyperv/@mode', oneOf('custom', 'passthrough')),
  hypervRelaxed: property('./hyperv/relaxed/@state', onOff),
  hypervVapic: property('./hyperv/vapic/@state', onOff),
  hypervSpinlocks: property('./hyperv/spinlocks/@state', onOff),
  /** How often a guest tries before it says that it waits; at least 4095, and libvirt asks for it. */
  hypervSpinlockRetries: property('./hyperv/spinlocks/@retries', integer),
  hypervVpindex: property('./hyperv/vpindex/@state', onOff),
  hypervRuntime: property('./hyperv/runtime/@state', onOff),
  hypervSynic: property('./hyperv/synic/@state', onOff),
  hypervStimer: property('./hyperv/stimer/@state', onOff),
  hypervFrequencies: property('./hyperv/frequencies/@state', onOff),
  kvmHidden: property('./kvm/hidden/@state', onOff),
}) {}
