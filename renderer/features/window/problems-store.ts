import type { StrataProblem } from '@strata/contract/errors.ts'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

import { word } from '../../words.ts'

export interface ShownProblem {
  readonly id: number
  /** What was tried: 'Start: web-server'. */
  readonly title: string
  readonly problem: StrataProblem
}

/** Failures of acts whose place on the screen may be gone by the time they fail; they stay until dismissed. */
export const useProblemsStore = defineStore('problems', () => {
  const shown = shallowRef<readonly ShownProblem[]>([])
  let nextId = 1

  function show(title: string, problem: StrataProblem): void {
    if (problem.code === 'cancelled') return
    // The same failure again replaces the earlier card.
    const others = shown.value.filter((one) => one.title !== title || word(one.problem.said) !== word(problem.said))
    shown.value = [...others, { id: nextId, title, problem }].slice(-4)
    nextId += 1
  }

  function dismiss(id: number): void {
    shown.value = shown.value.filter((one) => one.id !== id)
  }

  return { shown, show, dismiss }
})
