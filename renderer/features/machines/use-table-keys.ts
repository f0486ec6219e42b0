import type { MachineSelection } from './machine-selection.ts'

export interface TableKeyActs {
  pageRows(): number
  reveal(index: number): void
  open(): void
  menu(): void
  remove(): void
}

/** Where a key takes the active row; null: it does not move it. */
function target(key: string, at: number, pageRows: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return at + 1
    case 'ArrowUp':
      return at === -1 ? 0 : at - 1
    case 'PageDown':
      return at + pageRows
    case 'PageUp':
      return at - pageRows
    case 'Home':
      return 0
    case 'End':
      return Number.MAX_SAFE_INTEGER
    default:
      return null
  }
}

/** The keys of the table while the grid itself has the focus. Letters are left to the window: they begin a search. */
export function useTableKeys(selection: MachineSelection, acts: TableKeyActs): (event: KeyboardEvent) => void {
  function onOther(event: KeyboardEvent): boolean {
    const active = selection.active.value
    switch (event.key) {
      case 'Enter':
        acts.open()
        return true
      case ' ':
        if (active !== null) selection.toggle(active)
        return true
      case 'Escape':
        selection.clear()
        return true
      case 'Delete':
        acts.remove()
        return true
      case 'ContextMenu':
        acts.menu()
        return true
      case 'F10':
        if (!event.shiftKey) return false
        acts.menu()
        return true
      case 'a':
        if (!event.ctrlKey && !event.metaKey) return false
        selection.selectAll()
        return true
      default:
        return false
    }
  }

  return (event) => {
    if (event.target !== event.currentTarget || event.altKey) return
    const to = target(event.key, selection.activeIndex.value, acts.pageRows())
    if (to === null) {
      if (onOther(event)) event.preventDefault()
      return
    }
    event.preventDefault()
    const index = selection.moveTo(to, event.shiftKey)
    if (index >= 0) acts.reveal(index)
  }
}
