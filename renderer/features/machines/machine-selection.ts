import { computed, shallowRef, type Ref } from 'vue'

/** Which rows are chosen and where the keyboard stands, by key, so that both survive sorting, filtering and patches. */
export function useMachineSelection(keys: Readonly<Ref<readonly string[]>>) {
  const chosen = shallowRef<ReadonlySet<string>>(new Set())
  const active = shallowRef<string | null>(null)
  /** Where a range begins. */
  let anchor: string | null = null

  const indexByKey = computed(() => new Map(keys.value.map((key, index) => [key, index])))
  const activeIndex = computed(() => (active.value === null ? -1 : (indexByKey.value.get(active.value) ?? -1)))
  /** The chosen rows that are in the list now, in its order. */
  const selected = computed(() => keys.value.filter((key) => chosen.value.has(key)))
  const isSelected = (key: string): boolean => chosen.value.has(key)

  function selectOnly(key: string): void {
    chosen.value = new Set([key])
    active.value = anchor = key
  }

  function toggle(key: string): void {
    const next = new Set(chosen.value)
    if (!next.delete(key)) next.add(key)
    chosen.value = next
    active.value = anchor = key
  }

  /** From where the range began to this row; what was chosen elsewhere is let go. */
  function extendTo(key: string): void {
    const from = anchor === null ? undefined : indexByKey.value.get(anchor)
    const to = indexByKey.value.get(key)
    if (to === undefined) return
    if (from === undefined) {
      selectOnly(key)
      return
    }
    chosen.value = new Set(keys.value.slice(Math.min(from, to), Math.max(from, to) + 1))
    active.value = key
  }

  function selectAll(): void {
    chosen.value = new Set(keys.value)
  }

  function clear(): void {
    chosen.value = new Set()
  }

  /** Moves the keyboard's place to a row; out of bounds means the first or last one. Returns its index, or -1. */
  function moveTo(index: number, range: boolean): number {
    const last = keys.value.length - 1
    if (last < 0) return -1
    const to = Math.min(Math.max(index, 0), last)
    const key = keys.value[to]
    if (key === undefined) return -1
    if (range) {
      anchor ??= active.value ?? key
      extendTo(key)
    } else {
      active.value = anchor = key
    }
    return to
  }

  return { active, activeIndex, selected, isSelected, selectOnly, toggle, extendTo, selectAll, clear, moveTo }
}

export type MachineSelection = ReturnType<typeof useMachineSelection>
