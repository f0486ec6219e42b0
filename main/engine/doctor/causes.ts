import type { Cause } from '@strata/contract/doctor.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import type { Said } from '@strata/contract/words/said.ts'

interface Told {
  /** Beginning with a capital, ending with a full stop. */
  readonly sentence: Said
  readonly proof?: Said | null
  readonly repairs?: readonly (Repair | null)[]
}

/** Without what it names, the machine does not start. */
export const stops = (id: string, told: Told): Cause => makeCause(id, 'stops', told)
/** The machine starts, and the user should know. */
export const warns = (id: string, told: Told): Cause => makeCause(id, 'warns', told)

function makeCause(id: string, severity: Cause['severity'], { sentence, proof = null, repairs = [] }: Told): Cause {
  return { id, severity, sentence, proof, repairs: repairs.filter((repair) => repair !== null) }
}
