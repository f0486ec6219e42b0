import type { Profile } from '@strata/contract/create.ts'
import type { Job } from '@strata/contract/jobs.ts'
import type { StrataProblem } from '@strata/contract/errors.ts'
import type { NewMachine } from '@strata/contract/create.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'

import { api } from '../../api.ts'
import { toProblem } from '../../problem.ts'
import { useJobsStore } from '../jobs/jobs-store.ts'
import type { Choice } from './choice.ts'
import { edited, type EditChange, type FormEdits, forAnotherSource, noEdits } from './form-edits.ts'
import { keepDraft, keptDraft } from './kept-draft.ts'

/** The machine that is being thought of, and its making: what outlives the page, and a reload of the window. */
export const useDraftStore = defineStore('new-machine', () => {
  const jobs = useJobsStore()
  const kept = keptDraft()

  const hostId = ref<string | null>(kept?.hostId ?? null)
  const choice = shallowRef<Choice | null>(kept?.choice ?? null)
  /** Whether a person chose it; what Strata chose may still change as more becomes known. */
  const isChosenByHand = ref(kept?.isChosenByHand ?? false)
  const profile = ref<Profile | null>(kept?.profile ?? null)
  const edits = shallowRef<FormEdits>(kept?.edits ?? noEdits)
  const isCustomising = ref(kept?.isCustomising ?? false)

  const jobId = ref<string | null>(kept?.jobId ?? null)
  const isStarting = ref(false)
  const wasCancelled = ref(false)
  const problem = shallowRef<StrataProblem | null>(null)
  const job = computed<Job | undefined>(() => (jobId.value === null ? undefined : jobs.job(jobId.value)))
  const isMaking = computed(() => isStarting.value || job.value !== undefined)

  watch([hostId, choice, isChosenByHand, profile, edits, isCustomising, jobId], () => {
    keepDraft({
      hostId: hostId.value,
      choice: choice.value,
      isChosenByHand: isChosenByHand.value,
      profile: profile.value,
      edits: edits.value,
      isCustomising: isCustomising.value,
      jobId: jobId.value,
    })
  })

  const edit = (change: EditChange): void => {
    edits.value = edited(edits.value, change)
  }

  function choose(chosen: Choice | null, by: 'hand' | 'strata'): void {
    isChosenByHand.value = by === 'hand'
    if (choice.value !== null) edits.value = forAnotherSource(edits.value)
    choice.value = chosen
  }
  /** More became known of what is chosen. */
  const refresh = (known: Choice): void => {
    choice.value = known
  }
  /** The same thing, used in another way: copied rather than read where it lies. */
  const use = (changed: Choice): void => {
    choice.value = changed
    isChosenByHand.value = true
  }

  function forget(): void {
    choice.value = null
    isChosenByHand.value = false
    profile.value = null
    edits.value = noEdits
    isCustomising.value = false
  }

  /** Follows a job to its end. What was typed is forgotten only when the machine is there. */
  async function follow(id: string): Promise<Job> {
    jobId.value = id
    try {
      const ended = await jobs.ended(id)
      wasCancelled.value = ended.state === 'cancelled'
      problem.value = ended.state === 'failed' ? ended.problem : null
      if (ended.state === 'done') forget()
      return ended
    } finally {
      jobId.value = null
    }
  }
  // A window that was loaded anew meets the job that it had begun, if the engine still knows it.
  const stopWaiting = watch(
    job,
    (known) => {
      if (known === undefined || isStarting.value) return
      stopWaiting()
      void follow(known.jobId)
    },
    { flush: 'post' },
  )

  /** Makes the machine; null: it was not begun, and `problem` says why. */
  async function create(order: NewMachine): Promise<Job | null> {
    if (isMaking.value) return null
    isStarting.value = true
    wasCancelled.value = false
    problem.value = null
    try {
      return await follow((await api.create.start(order)).jobId)
    } catch (error) {
      problem.value = toProblem(error)
      return null
    } finally {
      isStarting.value = false
    }
  }

  return {
    hostId,
    choice,
    isChosenByHand,
    profile,
    edits,
    isCustomising,
    job,
    isMaking,
    wasCancelled,
    problem,
    edit,
    choose,
    refresh,
    use,
    create,
  }
})
