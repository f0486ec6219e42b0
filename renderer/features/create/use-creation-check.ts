import type { CreationFinding } from '@strata/contract/create.ts'
import { useDebounceFn } from '@vueuse/core'
import { computed, ref, shallowRef, watch } from 'vue'

import { api } from '../../api.ts'
import { isAbort } from '../../problem.ts'
import type { Draft } from './new-machine-form.ts'

const PAUSE_MS = 250

/** Which of the form's fields differ between two drafts. */
function changedFields(before: Draft, after: Draft): ReadonlySet<string> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const text = (draft: Draft, name: string) => JSON.stringify(Object.entries(draft).find(([key]) => key === name))
  return new Set([...names].filter((name) => text(before, name) !== text(after, name)))
}

/**
 * What the engine thinks of the form, asked a moment after each change. An answer that a newer question has
 * overtaken is dropped, and what was found about a field goes as soon as the field changes.
 */
export function useCreationCheck(draft: () => Draft | null) {
  const answered = shallowRef<{ draft: Draft; findings: readonly CreationFinding[] } | null>(null)
  const isChecking = ref(false)
  let latest = new AbortController()

  async function check(): Promise<void> {
    latest.abort()
    const asked = draft()
    if (asked === null) return
    const question = new AbortController()
    latest = question
    isChecking.value = true
    try {
      const findings = await api.create.check(asked, { signal: question.signal })
      if (!question.signal.aborted) answered.value = { draft: asked, findings }
    } catch (error) {
      // Nothing is known then; creating asks again and tells what is wrong.
      if (!isAbort(error) && !question.signal.aborted) answered.value = null
    } finally {
      if (latest === question) isChecking.value = false
    }
  }

  const checkSoon = useDebounceFn(check, PAUSE_MS)
  watch(
    () => JSON.stringify(draft()),
    () => void checkSoon(),
    { immediate: true },
  )

  const findings = computed<readonly CreationFinding[]>(() => {
    const now = draft()
    if (answered.value === null || now === null) return []
    const changed = changedFields(answered.value.draft, now)
    return answered.value.findings.filter((finding) => !changed.has(finding.field))
  })

  return { findings, isChecking, check }
}
