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

  /** What is being looked at: who asks for the same meanwhile gets the same answer. */
  let underway: { readonly path: string; readonly seen: Promise<FoundMedia | null> } | null = null

  function look(path: string): Promise<FoundMedia | null> {
    if (underway?.path === path) return underway.seen
    latest += 1
    const asked = latest
    underway = { path, seen: lookAnew(path, asked) }
    return underway.seen
  }

  async function lookAnew(path: string, asked: number): Promise<FoundMedia | null> {
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
      if (asked === latest) {
        isLooking.value = false
        underway = null
      }
    }
  }

  function forget(): void {
    latest += 1
    underway = null
    media.value = null
    problem.value = null
    isLooking.value = false
  }

  return { media, problem, isLooking, look, lookSoon: useDebounceFn(look, PAUSE_MS), forget }
}
