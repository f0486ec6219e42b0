import { computed, shallowRef, watch } from 'vue'

import { api } from '../../../api.ts'
import { useDraftStore } from '../draft-store.ts'
import { useNewMachinePage } from '../use-new-machine.ts'

/** What the guest system is called, from what was chosen or from the catalogue; null: not known. */
export function useOsName() {
  const store = useDraftStore()
  const page = useNewMachinePage()
  const fromCatalogue = shallowRef<{ osId: string; name: string } | null>(null)
  const osId = computed(() => page.values?.osId ?? null)

  watch(
    osId,
    async (id) => {
      if (id === null) return
      try {
        fromCatalogue.value = { osId: id, name: (await api.catalogue.os({ osId: id })).name }
      } catch {
        // An id that the catalogue does not have is shown as it is.
        fromCatalogue.value = null
      }
    },
    { immediate: true },
  )

  return computed(() => {
    if (osId.value === null) return null
    if (fromCatalogue.value?.osId === osId.value) return fromCatalogue.value.name
    const { choice } = store
    return choice?.kind === 'media' && choice.media.os?.osId === osId.value ? choice.media.os.name : null
  })
}
