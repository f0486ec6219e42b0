import { useMutationObserver } from '@vueuse/core'
import { type Ref, shallowRef } from 'vue'

export interface GuestSize {
  readonly widthPx: number
  readonly heightPx: number
}

/** The guest's own resolution, read from the canvas that noVNC keeps inside `target`. */
export function useGuestSize(target: Readonly<Ref<HTMLElement | null>>) {
  const size = shallowRef<GuestSize | null>(null)
  function read(): void {
    const canvas = target.value?.querySelector('canvas')
    const isDrawn = canvas !== null && canvas !== undefined && canvas.width > 0
    if (!isDrawn) {
      size.value = null
    } else if (size.value?.widthPx !== canvas.width || size.value.heightPx !== canvas.height) {
      size.value = { widthPx: canvas.width, heightPx: canvas.height }
    }
  }
  useMutationObserver(target, read, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['width', 'height'],
  })
  return size
}
