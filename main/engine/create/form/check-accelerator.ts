import { say } from '@strata/contract/words/say.ts'

import type { CheckGround } from './check-ground.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'

export function checkAccelerator({ accelerator }: PartialForm, { room: { kvm } }: CheckGround): Finding[] {
  if (accelerator === 'kvm' && !kvm.usable) {
    return [
      stopping('accelerator', 'unsupported', kvm.reason ?? say('create.kvmDoesNotRunMachines'), {
        suggestion: { accelerator: 'emulation' },
      }),
    ]
  }
  if (accelerator === 'emulation' && kvm.usable) {
    return [
      warning('accelerator', say('create.kvmWorksHostEmulation'), {
        suggestion: { accelerator: 'kvm' },
      }),
    ]
  }
  return []
}
