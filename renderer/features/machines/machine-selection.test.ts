import { describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'

import { useMachineSelection } from './machine-selection.ts'
import { useTableKeys } from './use-table-keys.ts'

function table(...names: string[]) {
  const keys = shallowRef<readonly string[]>(names)
  const selection = useMachineSelection(keys)
  const acts = { pageRows: () => 2, reveal: vi.fn(), open: vi.fn(), menu: vi.fn(), remove: vi.fn() }
  const grid = document.createElement('div')
  grid.addEventListener('keydown', useTableKeys(selection, acts))
  const press = (key: string, modifiers: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', { key, cancelable: true, ...modifiers })
    grid.dispatchEvent(event)
    return event.defaultPrevented
  }
  return { keys, selection, acts, press }
}

describe('selection', () => {
  it('extends from where it began, in either direction', () => {
    const { selection } = table('a', 'b', 'c', 'd')
    selection.selectOnly('c')
    selection.extendTo('d')
    selection.extendTo('a')
    expect(selection.selected.value).toEqual(['a', 'b', 'c'])
  })

  it('survives another order, and hides what a filter hides without forgetting it', () => {
    const { selection, keys } = table('a', 'b', 'c')
    selection.selectOnly('a')
    selection.toggle('c')
    keys.value = ['c', 'b']
    expect(selection.selected.value).toEqual(['c'])
    keys.value = ['c', 'b', 'a']
    expect(selection.selected.value).toEqual(['c', 'a'])
    expect(selection.activeIndex.value).toBe(0)
  })
})

describe('the keys of the table', () => {
  it('move by a row, a page and to the ends, and stop there', () => {
    const { selection, press, acts } = table('a', 'b', 'c', 'd')
    for (const [key, expected] of [
      ['ArrowDown', 'a'],
      ['PageDown', 'c'],
      ['PageDown', 'd'],
      ['ArrowUp', 'c'],
      ['Home', 'a'],
      ['ArrowUp', 'a'],
      ['End', 'd'],
    ] as const) {
      press(key)
      expect(selection.active.value, key).toBe(expected)
    }
    expect(acts.reveal).toHaveBeenLastCalledWith(3)
    expect(selection.selected.value).toEqual([])
  })

  it('select with Space, a range with Shift, everything with Ctrl A, nothing with Escape', () => {
    const { selection, press } = table('a', 'b', 'c', 'd')
    press('ArrowDown')
    press(' ')
    press('ArrowDown', { shiftKey: true })
    expect(selection.selected.value).toEqual(['a', 'b'])
    press('a', { ctrlKey: true })
    expect(selection.selected.value).toHaveLength(4)
    press('Escape')
    expect(selection.selected.value).toEqual([])
  })

  it('act on the row, and leave letters to the window’s search', () => {
    const { press, acts } = table('a')
    press('Enter')
    press('F10', { shiftKey: true })
    press('Delete')
    expect([acts.open, acts.menu, acts.remove].map((act) => act.mock.calls.length)).toEqual([1, 1, 1])
    expect(press('w')).toBe(false)
  })

  it('do nothing on an empty list', () => {
    const { selection, press } = table()
    press('End')
    expect(selection.active.value).toBeNull()
  })
})
