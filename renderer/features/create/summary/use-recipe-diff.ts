import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { useDebounceFn } from '@vueuse/core'
import { shallowRef, watch } from 'vue'

import { api } from '../../../api.ts'
import { diffLines, withoutRecipe, type DiffLine, type Recipe } from './recipe-diff.ts'

const PAUSE_MS = 300

/** What the recipe changes in the user data, as the form has it now; null: not known yet, or the form cannot be read. */
export function useRecipeDiff(setup: () => GuestSetup | null, machineName: () => string, recipe: () => Recipe) {
  const lines = shallowRef<readonly DiffLine[] | null>(null)
  let latest = 0

  async function compare(): Promise<void> {
    latest += 1
    const asked = latest
    const now = setup()
    const write = async (each: GuestSetup) =>
      (await api.guestSetup.writeUserData({ setup: each, machineName: machineName() })).userData
    let found: readonly DiffLine[] | null = null
    try {
      if (now !== null) found = diffLines(...(await Promise.all([write(withoutRecipe(now, recipe())), write(now)])))
    } catch {
      // A field that is being typed and is wrong: it says so itself.
    }
    if (asked === latest) lines.value = found
  }

  const compareSoon = useDebounceFn(compare, PAUSE_MS)
  watch(
    () => JSON.stringify([setup(), machineName(), recipe()]),
    () => void compareSoon(),
  )
  void compare()
  return lines
}
