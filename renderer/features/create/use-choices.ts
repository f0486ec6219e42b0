import type { StrataProblem } from '@strata/contract/errors.ts'
import { computed, reactive, shallowRef, watch } from 'vue'

import { api } from '../../api.ts'
import { toProblem } from '../../problem.ts'
import { choiceKey, imageChoice, mediaChoice, templateChoice, type Choice } from './choice.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import { useDraftStore } from './draft-store.ts'
import { settledChoice } from './preselect.ts'

/** All that a machine can be made from on a host, read anew for each host; Strata's own choice among it. */
export function useChoices(hostId: () => string | null) {
  const store = useDraftStore()
  const inventory = useInventoryStore()
  const images = shallowRef<readonly Choice[] | null>(null)
  const media = shallowRef<readonly Choice[] | null>(null)
  const imagesProblem = shallowRef<StrataProblem | null>(null)
  const mediaProblem = shallowRef<StrataProblem | null>(null)
  let round = 0

  async function load(): Promise<void> {
    const id = hostId()
    round += 1
    const mine = round
    const isStillWanted = () => mine === round
    images.value = media.value = imagesProblem.value = mediaProblem.value = null
    if (id === null) return
    await Promise.all([
      api.images.list({ hostId: id }).then(
        (list) => {
          if (isStillWanted()) images.value = list.map(imageChoice)
        },
        (error: unknown) => {
          if (!isStillWanted()) return
          images.value = []
          imagesProblem.value = toProblem(error)
        },
      ),
      api.create.findMedia({ hostId: id }).then(
        (list) => {
          if (isStillWanted()) media.value = list.flatMap((found) => mediaChoice(found) ?? [])
        },
        (error: unknown) => {
          if (!isStillWanted()) return
          media.value = []
          mediaProblem.value = toProblem(error)
        },
      ),
    ])
  }
  watch(hostId, () => void load(), { immediate: true })

  watch([images, media], () => {
    const current = store.choice
    const settled = settledChoice(current, store.isChosenByHand, { images: images.value, media: media.value })
    if (settled === current) return
    if (settled !== null && current !== null && choiceKey(settled) === choiceKey(current)) store.refresh(settled)
    else store.choose(settled, 'strata')
  })

  /** A file from elsewhere stands before those that were found. */
  const shownMedia = computed(() => {
    const known = media.value ?? []
    const { choice } = store
    return choice?.kind !== 'media' || known.some((each) => choiceKey(each) === choiceKey(choice))
      ? known
      : [choice, ...known]
  })

  const templates = computed(() => {
    const id = hostId()
    return id === null
      ? []
      : inventory
          .machinesOf(id)
          .filter(({ isTemplate }) => isTemplate)
          .map(templateChoice)
  })
  /** What boots as it is: images that are here, then templates, then what would be downloaded. */
  const ready = computed(() => {
    if (images.value === null) return null
    const isHere = (choice: Choice) => choice.kind === 'image' && choice.image.state === 'here'
    const here = images.value.filter(isHere)
    return [...here, ...templates.value, ...images.value.filter((choice) => !isHere(choice))]
  })

  return reactive({ images, ready, media, shownMedia, imagesProblem, mediaProblem, load })
}
