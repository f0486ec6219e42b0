import { defineStore } from 'pinia'
import { shallowRef, triggerRef } from 'vue'

import { keyOf } from '../hosts/inventory-store.ts'

type Reference = Parameters<typeof keyOf>[0]

/** For which machines the user chose to go on waiting, and when; as long as the window is open. */
export const useSetupPatienceStore = defineStore('setup-patience', () => {
  const keptAtMs = shallowRef(new Map<string, number>())

  const keptWaitingAtMs = (machine: Reference): number | null => keptAtMs.value.get(keyOf(machine)) ?? null
  function keepWaiting(machine: Reference): void {
    keptAtMs.value.set(keyOf(machine), Date.now())
    triggerRef(keptAtMs)
  }

  return { keptWaitingAtMs, keepWaiting }
})
