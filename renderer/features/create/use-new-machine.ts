import type { CreationDefaults, FoundMedia } from '@strata/contract/create.ts'
import type { StrataProblem } from '@strata/contract/errors.ts'
import { computed, ref, shallowRef, watch } from 'vue'

import { api } from '../../api.ts'
import { toProblem } from '../../problem.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import {
  draftOf,
  type FormEdits,
  localFaults,
  type NewMachineForm,
  orderOf,
  sameMedia,
  type Suggestion,
  withSuggestion,
} from './new-machine-form.ts'
import { useCreationCheck } from './use-creation-check.ts'

/** Everything that the page for a new machine knows: what Strata proposes, what the user changed, what stands in the way. */
export function useNewMachine(hostId: () => string | null) {
  const inventory = useInventoryStore()
  const defaults = shallowRef<CreationDefaults | null>(null)
  const found = shallowRef<readonly FoundMedia[] | null>(null)
  const loadProblem = shallowRef<StrataProblem | null>(null)
  const media = shallowRef<FoundMedia | null>(null)
  const edits = ref<FormEdits>({})

  const form = computed<NewMachineForm | null>(() => {
    const id = hostId()
    if (id === null || defaults.value === null) return null
    const takenNames = new Set(inventory.machinesOf(id).map((machine) => machine.name))
    return { hostId: id, defaults: defaults.value, media: media.value, edits: edits.value, takenNames }
  })
  const order = computed(() => (form.value === null ? null : orderOf(form.value)))
  const faults = computed(() => (form.value === null ? {} : localFaults(form.value)))
  const checked = useCreationCheck(() => (form.value === null ? null : draftOf(form.value)))
  const canCreate = computed(
    () => order.value !== null && !checked.findings.value.some((finding) => finding.severity === 'error'),
  )

  /** Reads the proposals and the images; again after a repair. */
  async function load(): Promise<void> {
    const id = hostId()
    if (id === null) return
    const isStillWanted = () => hostId() === id
    try {
      const proposals = await api.create.defaults({ hostId: id, source: null, osId: null, profile: null })
      if (isStillWanted()) defaults.value = proposals
      loadProblem.value = null
    } catch (error) {
      if (isStillWanted()) loadProblem.value = toProblem(error)
    }
    try {
      const images = await api.create.findMedia({ hostId: id })
      if (!isStillWanted()) return
      found.value = images
      // The only image there is needs no choosing.
      if (media.value === null && images.length === 1) media.value = images[0] ?? null
    } catch (error) {
      if (!isStillWanted()) return
      found.value = []
      loadProblem.value = toProblem(error)
    }
  }
  watch(
    hostId,
    () => {
      defaults.value = null
      found.value = null
      media.value = null
      void load()
    },
    { immediate: true },
  )

  /** Takes a finding's remedy over. */
  function accept(suggestion: Suggestion): void {
    edits.value = withSuggestion(edits.value, suggestion)
    if (suggestion.source?.kind !== 'iso') return
    const wanted = suggestion.source.media
    const known = [media.value, ...(found.value ?? [])].find((each) => each !== null && sameMedia(each.source, wanted))
    if (known !== null && known !== undefined) media.value = { ...known, source: wanted }
  }

  const edit = (changes: FormEdits): void => {
    edits.value = { ...edits.value, ...changes }
  }
  const chooseMedia = (chosen: FoundMedia): void => {
    media.value = chosen
  }

  async function afterRepair(): Promise<void> {
    await load()
    await checked.check()
  }

  return {
    defaults,
    found,
    loadProblem,
    media,
    edits,
    form,
    order,
    faults,
    checked,
    canCreate,
    edit,
    chooseMedia,
    accept,
    afterRepair,
    load,
  }
}
