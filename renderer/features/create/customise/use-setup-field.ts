import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { computed } from 'vue'

import { useDraftStore } from '../draft-store.ts'
import type { LinePart } from '../setup-form.ts'
import { useNewMachinePage } from '../use-new-machine.ts'

/** The set-up as it stands in the fields: as typed, not as it would be ordered. */
export function useSetupFields() {
  const store = useDraftStore()
  const page = useNewMachinePage()

  const typed = computed<Partial<GuestSetup>>(() => ({ ...page.form?.defaults.setup.value, ...store.edits.setup }))
  const set = (setup: Partial<GuestSetup>) => {
    store.edit({ setup })
  }
  const linesOf = (part: LinePart) => (typed.value[part] ?? []).join('\n')
  const setLines = (part: LinePart, text: string) => {
    set({ [part]: text === '' ? [] : text.split('\n') })
  }
  return { page, typed, set, linesOf, setLines }
}
