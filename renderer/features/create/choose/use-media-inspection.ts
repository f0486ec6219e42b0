import type { FoundMedia } from '@strata/contract/create.ts'
import type { StrataProblem } from '@strata/contract/errors.ts'
import { useDebounceFn } from '@vueuse/core'
import { ref, shallowRef } from 'vue'

import { api } from '../../../api.ts'
import { toProblem } from '../../../problem.ts'

const PAUSE_MS = 200

/** Looks at one file as soon as its path stands still: what it is, or why it cannot be used. */
export function useMediaInspection(hostId: () => string) {
  const media = shallowRef<FoundMedia | null>(null)
  const problem = shallowRef<StrataProblem | null>(null)
  const isLooking = ref(false)
  let latest = 0

  async function look(path: string): Promise<FoundMedia | null> {
    latest += 1
    const asked = latest
    isLooking.value = true
    try {
      const seen = await api.create.inspectMedia({ hostId: hostId(), media: { kind: 'file', path, use: 'in-place' } })
      if (asked !== latest) return null
      media.value = seen
      problem.value = null
      return seen
    } catch (error) {
      if (asked === latest) {
        media.value = null
        problem.value = toProblem(error)
      }
      return null
    } finally {
      if (asked === latest) isLooking.value = false
    }
  }

  function forget(): void {
    latest += 1
    media.value = null
    problem.value = null
    isLooking.value = false
  }

  return { media, problem, isLooking, look, lookSoon: useDebounceFn(look, PAUSE_MS), forget }
}
