import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'
import { unkeyed } from '@strata/contract/words/said.ts'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'

/** A start goes on from the saved state, or not at all. */
export function checkSavedState({ savedState, machine, host }: Examined): Cause[] {
  if (savedState.kind !== 'damaged') return []
  return [
    stops('saved-state-damaged', {
      sentence: say('doctor.savedStateCannotRead', { machine: machine.name }),
      proof: unkeyed(savedState.words),
      repairs: [machineRepairs.setSavedStateAside(machine, host.files !== null && host.address.scope === 'session')],
    }),
  ]
}
