import { useElementSize, useScroll } from '@vueuse/core'
import { computed, toValue, type MaybeRefOrGetter, type Ref } from 'vue'

/** Rows kept ready above and below what is seen, so that scrolling shows no gap. */
const SPARE_ROWS = 8

/** The rows of a long list that have to exist now. All rows are of one height. */
export function useVirtualRows(
  scroller: Readonly<Ref<HTMLElement | null>>,
  options: { count: MaybeRefOrGetter<number>; rowHeightPx: number; headHeightPx?: number },
) {
  const { rowHeightPx, headHeightPx = 0 } = options
  const { y } = useScroll(scroller)
  const { height } = useElementSize(scroller)

  const visibleCount = computed(() => Math.max(1, Math.floor((height.value - headHeightPx) / rowHeightPx)))
  const first = computed(() => Math.max(0, Math.floor(y.value / rowHeightPx) - SPARE_ROWS))
  const end = computed(() =>
    Math.min(toValue(options.count), Math.ceil((y.value + height.value) / rowHeightPx) + SPARE_ROWS),
  )
  const totalHeightPx = computed(() => toValue(options.count) * rowHeightPx)

  /** Scrolls no further than needed to show the row. */
  function reveal(index: number): void {
    const element = scroller.value
    if (element === null) return
    const topPx = index * rowHeightPx
    const viewPx = element.clientHeight - headHeightPx
    if (topPx < element.scrollTop) element.scrollTop = topPx
    else if (topPx + rowHeightPx > element.scrollTop + viewPx) element.scrollTop = topPx + rowHeightPx - viewPx
  }

  return { first, end, visibleCount, totalHeightPx, reveal }
}
