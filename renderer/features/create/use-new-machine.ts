import type { CreationDefaults } from '@strata/contract/create.ts'
import type { StrataProblem } from '@strata/contract/errors.ts'
import { computed, inject, type InjectionKey, provide, reactive, ref, shallowRef, watch } from 'vue'

import { api } from '../../api.ts'
import { isAbort, toProblem } from '../../problem.ts'
import { withSource } from './choice.ts'
import { useDraftStore } from './draft-store.ts'
import { localFaults, type LocalFault } from './form-faults.ts'
import {
  chosenValues,
  draftOf,
  type FormField,
  formSetup,
  type NewMachineForm,
  orderOf,
  suggestedChange,
  type Suggestion,
} from './new-machine-form.ts'
import { useChoices } from './use-choices.ts'
import { useCreationCheck } from './use-creation-check.ts'

/** Part of a field, as findings name it; absent: all of it. */
export type FieldPart = number | string | null | undefined

/** The form of the page: what Strata proposes for the choice, what the user changed, what stands in the way. */
export function useNewMachine(hostId: () => string | null) {
  const store = useDraftStore()
  const choices = useChoices(hostId)
  const defaults = shallowRef<CreationDefaults | null>(null)
  const isProposing = ref(false)
  const loadProblem = shallowRef<StrataProblem | null>(null)

  const form = computed<NewMachineForm | null>(() => {
    const id = hostId()
    if (id === null || defaults.value === null) return null
    return { hostId: id, defaults: defaults.value, choice: store.choice, edits: store.edits }
  })
  const values = computed(() => (form.value === null ? null : chosenValues(form.value)))
  const setup = computed(() => (form.value === null ? null : formSetup(form.value)))
  const draft = computed(() => (form.value === null ? null : draftOf(form.value)))
  const order = computed(() => (form.value === null ? null : orderOf(form.value)))
  const faults = computed(() => (form.value === null ? [] : localFaults(form.value)))
  // What is being made would be found in its own way.
  const checked = useCreationCheck(() => (store.isMaking ? null : draft.value))

  const question = computed(() => {
    const id = hostId()
    return id === null
      ? null
      : {
          hostId: id,
          source: store.choice?.source ?? null,
          osId: store.edits.values.osId ?? null,
          profile: store.profile,
        }
  })
  let latest = new AbortController()

  /** Asks for the proposals; what the user typed stays. */
  async function propose(): Promise<void> {
    latest.abort()
    const asked = question.value
    if (asked === null) return
    const mine = new AbortController()
    latest = mine
    isProposing.value = true
    try {
      const proposals = await api.create.defaults(asked, { signal: mine.signal })
      if (mine.signal.aborted) return
      defaults.value = proposals
      loadProblem.value = null
    } catch (error) {
      if (!mine.signal.aborted && !isAbort(error)) loadProblem.value = toProblem(error)
    } finally {
      if (latest === mine) isProposing.value = false
    }
  }
  watch(
    () => JSON.stringify(question.value),
    (now, before) => {
      // Proposals of another host are none for this one.
      if (before !== undefined && hostId() !== (JSON.parse(before) as { hostId?: string } | null)?.hostId)
        defaults.value = null
      void propose()
    },
    { immediate: true },
  )

  const concerns = (
    { field, part }: { field: FormField; part: number | string | null },
    wanted: FormField,
    wantedPart: FieldPart,
  ) => field === wanted && (wantedPart === undefined || part === wantedPart)

  const findingsOf = (field: FormField, part?: FieldPart) =>
    checked.findings.value.filter((finding) => concerns(finding, field, part))
  const faultOf = (field: FormField, part?: FieldPart): LocalFault | null =>
    faults.value.find((fault) => concerns(fault, field, part))?.fault ?? null
  const isWrong = (field: FormField, part?: FieldPart) =>
    faultOf(field, part) !== null || findingsOf(field, part).some((finding) => finding.severity === 'error')

  const canCreate = computed(
    () =>
      order.value !== null &&
      store.choice !== null &&
      !isProposing.value &&
      loadProblem.value === null &&
      faults.value.length === 0 &&
      !checked.findings.value.some((finding) => finding.severity === 'error'),
  )

  /** Takes a finding's remedy over. */
  function accept(suggestion: Suggestion): void {
    store.edit(suggestedChange(suggestion))
    if (suggestion.source === undefined || store.choice === null) return
    const changed = withSource(store.choice, suggestion.source)
    if (changed !== null) store.use(changed)
  }

  async function afterRepair(): Promise<void> {
    await propose()
    await checked.check()
  }

  return reactive({
    choices,
    form,
    values,
    setup,
    draft,
    order,
    faults,
    findings: checked.findings,
    isProposing,
    loadProblem,
    canCreate,
    findingsOf,
    faultOf,
    isWrong,
    accept,
    afterRepair,
    propose,
  })
}

export type NewMachinePage = ReturnType<typeof useNewMachine>

const key: InjectionKey<NewMachinePage> = Symbol('the new machine of this page')

/** Gives the form to every part of the page below. */
export function provideNewMachine(hostId: () => string | null): NewMachinePage {
  const page = useNewMachine(hostId)
  provide(key, page)
  return page
}

/** The page's form; only below a component that provides it. */
export function useNewMachinePage(): NewMachinePage {
  const page = inject(key)
  if (page === undefined) throw new Error('This part belongs on the page for a new machine.')
  return page
}
