import type { StrataProblem } from '@strata/contract/errors.ts'
import { ref, shallowRef } from 'vue'

import { isAbort, toProblem } from './problem.ts'

/** Something the user sets off: whether it is under way, and what went wrong the last time. */
export function useAct() {
  const isBusy = ref(false)
  const problem = shallowRef<StrataProblem | null>(null)

  /** Does the work once; a second press while it is under way is ignored. Returns whether it succeeded. */
  async function act(work: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    problem.value = null
    try {
      await work()
      return true
    } catch (error) {
      if (!isAbort(error)) problem.value = toProblem(error)
      return false
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, problem, act }
}
