import { useResizeObserver } from '@vueuse/core'
import { nextTick, type Ref, shallowRef, watch } from 'vue'

/** Where a card is inside its picture, in CSS pixels. */
export interface CardPlace {
  readonly centerPx: number
  readonly topPx: number
  readonly bottomPx: number
}

/** The places of all cards (`data-node-id`) in a picture, measured again when its size or its structure changes. */
export function useCardPlaces(picture: Readonly<Ref<HTMLElement | null>>, structure: () => string) {
  const places = shallowRef<ReadonlyMap<string, CardPlace>>(new Map())

  function measure(): void {
    if (picture.value === null) return
    const box = picture.value.getBoundingClientRect()
    // Inside the border, where absolute positions count from.
    const origin = { left: box.left + picture.value.clientLeft, top: box.top + picture.value.clientTop }
    const measured = new Map<string, CardPlace>()
    for (const card of picture.value.querySelectorAll<HTMLElement>('[data-node-id]')) {
      const place = card.getBoundingClientRect()
      measured.set(card.dataset['nodeId'] ?? '', {
        centerPx: place.left - origin.left + place.width / 2,
        topPx: place.top - origin.top,
        bottomPx: place.bottom - origin.top,
      })
    }
    places.value = measured
  }

  useResizeObserver(picture, measure)
  watch(structure, () => void nextTick(measure))
  return { places, measure }
}

/** A line that leaves the upper card downwards and comes into the lower one from above. */
export function curveBetween(upper: CardPlace, lower: CardPlace): string {
  const middle = (upper.bottomPx + lower.topPx) / 2
  return `M${upper.centerPx} ${upper.bottomPx}C${upper.centerPx} ${middle} ${lower.centerPx} ${middle} ${lower.centerPx} ${lower.topPx}`
}
