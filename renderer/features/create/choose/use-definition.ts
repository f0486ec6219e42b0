import type { StrataProblem } from '@strata/contract/errors.ts'
import type { DefinitionReport } from '@strata/contract/imports.ts'
import { useDebounceFn } from '@vueuse/core'
import { ref, shallowRef, watch } from 'vue'

import { api } from '../../../api.ts'
import { toProblem } from '../../../problem.ts'

const PAUSE_MS = 300

/** Compares libvirt XML with the host a moment after it stands still. The last text wins. */
export function useDefinition(hostId: () => string) {
  const text = ref('')
  const report = shallowRef<DefinitionReport | null>(null)
  const problem = shallowRef<StrataProblem | null>(null)
  const isLooking = ref(false)
  let latest = 0

  async function look(): Promise<void> {
    latest += 1
    const asked = latest
    if (text.value.trim() === '') {
      report.value = problem.value = null
      isLooking.value = false
      return
    }
    isLooking.value = true
    try {
      const seen = await api.imports.inspectDefinition({ hostId: hostId(), xml: text.value })
      if (asked !== latest) return
      report.value = seen
      problem.value = null
    } catch (error) {
      if (asked !== latest) return
      report.value = null
      problem.value = toProblem(error)
    } finally {
      if (asked === latest) isLooking.value = false
    }
  }
  const lookSoon = useDebounceFn(look, PAUSE_MS)
  watch(text, () => {
    isLooking.value = true
    void lookSoon()
  })

  return { text, report, problem, isLooking }
}
