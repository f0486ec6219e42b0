import type { MachineSetup } from '@strata/contract/machine-setup.ts'
import { describe, expect, it } from 'vitest'

import { slowReasons, takesLong } from './setup-patience.ts'
import { setupSteps } from './setup-steps.ts'

const minute = 60_000
const base = { by: 'cloud-init' as const, userName: null, startedAtMs: 0 }
const starting: MachineSetup = { ...base, phase: 'starting' }
const kvm = { accelerator: 'kvm' as const, stateSinceMs: 0 }
const emulated = { accelerator: 'emulation' as const, stateSinceMs: 0 }

describe('a set-up takes long', () => {
  it('after five minutes, and under emulation after twenty', () => {
    expect(takesLong(kvm, starting, null, 5 * minute)).toBe(false)
    expect(takesLong(kvm, starting, null, 5 * minute + 1)).toBe(true)
    expect(takesLong(emulated, starting, null, 20 * minute)).toBe(false)
    expect(takesLong(emulated, starting, null, 20 * minute + 1)).toBe(true)
  })

  it('not again for the same time when the user goes on waiting', () => {
    expect(takesLong(kvm, starting, 6 * minute, 11 * minute)).toBe(false)
    expect(takesLong(kvm, starting, 6 * minute, 11 * minute + 1)).toBe(true)
  })

  it('counted from when it runs again, not from the hours that it was off', () => {
    expect(takesLong({ ...kvm, stateSinceMs: 600 * minute }, starting, null, 602 * minute)).toBe(false)
  })

  it('from its start, where Strata did not see it come up; never where nobody knows', () => {
    expect(takesLong({ ...kvm, stateSinceMs: null }, starting, null, 6 * minute)).toBe(true)
    expect(takesLong({ ...kvm, stateSinceMs: null }, { ...starting, startedAtMs: null }, null, 6 * minute)).toBe(false)
  })

  it('much later while an installer copies a whole system', () => {
    expect(takesLong(kvm, { ...starting, phase: 'installing' }, null, 40 * minute)).toBe(false)
  })

  it('for reasons that fit how far it is', () => {
    expect(slowReasons(emulated, starting)).toEqual(['emulation', 'starting'])
    expect(slowReasons(kvm, { ...base, phase: 'setting-up', stage: 'modules-final' })).toEqual(['packages'])
    expect(slowReasons(kvm, { ...base, phase: 'setting-up', stage: 'init' })).toEqual(['stage'])
  })
})

describe('the steps of a set-up', () => {
  it('are the boot and cloud-init’s stages', () => {
    const at = (setup: MachineSetup) => setupSteps(setup).map(({ id, state }) => `${id} ${state}`)
    expect(at({ ...base, phase: 'setting-up', stage: 'init' })).toEqual([
      'starting done',
      'init-local done',
      'init current',
      'modules-config to-come',
      'modules-final to-come',
    ])
    expect(at({ ...base, by: 'installer', phase: 'installing' })).toEqual(['installing current', 'answering to-come'])
  })
})
