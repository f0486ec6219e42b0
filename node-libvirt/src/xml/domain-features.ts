import { oneOf, onOff } from './codec.ts'
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
  kvmHidden: property('./kvm/hidden/@state', onOff),
}) {}
