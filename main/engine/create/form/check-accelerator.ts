import type { CheckGround } from './check-ground.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'

export function checkAccelerator({ accelerator }: PartialForm, { room: { kvm } }: CheckGround): Finding[] {
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
