import type { StrataProblem } from '@strata/contract/errors.ts'
import type { TrashedMachine } from '@strata/contract/trash.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'

import { api } from '../../api.ts'
import { toProblem } from '../../problem.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import { useJobsStore } from '../jobs/jobs-store.ts'

/** From here on the window says that a machine goes for good soon. */
const soonDays = 3

/** What lies in the trash, for its page and for the sidebar that announces what goes soon. */
export const useTrashStore = defineStore('trash', () => {
  const inventory = useInventoryStore()
  const machines = shallowRef<readonly TrashedMachine[] | null>(null)
  const problem = shallowRef<StrataProblem | null>(null)

  let latestLoad = 0
  /** Reads the list anew. It may be asked again while an answer is under way: only the latest answer counts. */
  async function load(): Promise<void> {
    latestLoad += 1
    const asked = latestLoad
    try {
      const list = await api.trash.list()
      if (asked !== latestLoad) return
      machines.value = list
      problem.value = null
    } catch (error) {
      if (asked === latestLoad) problem.value = toProblem(error)
    }
  }

  // What comes in or goes shows in the machines' number; a deletion from another window too.
  watch(() => [inventory.isLoaded, inventory.machineList.length], load)
  useJobsStore().onEnded(() => void load())

  const goSoon = computed(() =>
    (machines.value ?? []).filter(({ state, daysLeft }) => state === 'in' && daysLeft <= soonDays),
  )

  return { machines, problem, goSoon, load }
})
