import type { PastState } from '@strata/contract/create.ts'
import { useDebounceFn } from '@vueuse/core'
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'

import { api } from '../../../api.ts'
import { choiceKey, pastStateChoice, type Choice } from '../choice.ts'
import { useDraftStore } from '../draft-store.ts'

const PAUSE_MS = 250

/**
 * Restore points that machines can be made from: the newest, or those that a text finds. The engine looks for them, as it
 * alone knows which machines have any. Pictures come after their cards.
 */
export function usePastStates(hostId: () => string, text: () => string) {
  const store = useDraftStore()
  const found = shallowRef<readonly PastState[]>([])
  const hasMore = ref(false)
  const isLoaded = ref(false)
  const pictures = shallowRef<ReadonlyMap<string, string>>(new Map())
  let latest = 0

  async function look(): Promise<void> {
    latest += 1
    const asked = latest
    try {
      const answer = await api.create.findPastStates({ hostId: hostId(), text: text().trim().slice(0, 200) })
      if (asked !== latest) return
      found.value = answer.states
      hasMore.value = answer.hasMore
      void showPictures(asked)
    } catch {
      // A host that cannot say is one without restore points here: everything else can still be chosen.
      if (asked === latest) found.value = []
    } finally {
      if (asked === latest) isLoaded.value = true
    }
  }

  async function showPictures(asked: number): Promise<void> {
    for (const state of found.value) {
      const key = choiceKey(pastStateChoice(state))
      if (!state.hasPicture || pictures.value.has(key)) continue
      const { uuid, name } = state
      const picture = await api.snapshots.picture({ hostId: hostId(), uuid, name }).catch(() => null)
      if (asked !== latest) return
      if (picture !== null) pictures.value = new Map([...pictures.value, [key, URL.createObjectURL(picture)]])
    }
  }

  const lookSoon = useDebounceFn(look, PAUSE_MS)
  watch(text, () => {
    isLoaded.value = false
    void lookSoon()
  })
  watch(
    hostId,
    () => {
      isLoaded.value = false
      found.value = []
      void look()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    latest += 1
    for (const url of pictures.value.values()) URL.revokeObjectURL(url)
  })

  /** One that a machine's page led here with stands before those that were found. */
  const choices = computed<readonly Choice[]>(() => {
    const usable = found.value.filter(({ blocked }) => blocked === null)
    const others = found.value.filter(({ blocked }) => blocked !== null)
    const all = [...usable, ...others].map(pastStateChoice)
    const { choice } = store
    return choice?.kind !== 'restore-point' || all.some((each) => choiceKey(each) === choiceKey(choice))
      ? all
      : [choice, ...all]
  })

  return reactive({ choices, hasMore, isLoaded, pictures })
}
