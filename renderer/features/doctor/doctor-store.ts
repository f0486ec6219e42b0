import type { StrataProblem } from '@strata/contract/errors.ts'
import type { Machine } from '@strata/contract/machines.ts'
import type { MachineRef } from '@strata/contract/references.ts'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

import { keyOf, type InventoryKey } from '../hosts/inventory-store.ts'

export interface StartFailure {
  readonly machine: Pick<Machine, 'hostId' | 'uuid' | 'name'>
  readonly problem: StrataProblem
}

/** Starts that failed, and the machine that is being looked at without a start. */
export const useDoctorStore = defineStore('doctor', () => {
  const failures = shallowRef<ReadonlyMap<InventoryKey, StartFailure>>(new Map())
  /** Null: no check is open. */
  const examined = shallowRef<StartFailure['machine'] | null>(null)

  function noteFailure(failure: StartFailure): void {
    failures.value = new Map(failures.value).set(keyOf(failure.machine), failure)
  }

  /** It has started, or the user has read it. */
  function forget(machine: MachineRef): void {
    const rest = new Map(failures.value)
    if (rest.delete(keyOf(machine))) failures.value = rest
  }

  const failureOf = (machine: MachineRef): StartFailure | undefined => failures.value.get(keyOf(machine))

  function examine(machine: StartFailure['machine']): void {
    examined.value = machine
  }

  function close(): void {
    examined.value = null
  }

  return { failures, examined, noteFailure, forget, failureOf, examine, close }
})
