import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { useWindowKeys } from './use-window-keys.ts'

describe('the keys of the window', () => {
  const scope = effectScope()
  const acts = { search: vi.fn(), help: vi.fn() }
  scope.run(() => {
    useWindowKeys(acts)
  })
  afterEach(() => {
    document.body.replaceChildren()
    vi.clearAllMocks()
  })

  function press(key: string, options: { in?: string; swallowed?: boolean } & KeyboardEventInit = {}) {
    const target = document.body.appendChild(document.createElement(options.in ?? 'div'))
    if (options.swallowed) {
      target.addEventListener('keydown', (event) => {
        event.stopPropagation()
      })
    }
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options }))
  }

  it('a letter begins a search with that letter, in any script', () => {
    press('w')
    press('ж')
    expect(acts.search.mock.calls).toEqual([['w'], ['ж']])
  })

  it('Ctrl K and the slash begin an empty one', () => {
    press('k', { ctrlKey: true })
    press('/')
    expect(acts.search.mock.calls).toEqual([[''], ['']])
  })

  it('a question mark shows the keys', () => {
    press('?')
    expect(acts.help).toHaveBeenCalledOnce()
  })

  it.each(['input', 'textarea', 'canvas'])('letters in a %s are its own', (element) => {
    press('w', { in: element })
    press('?', { in: element })
    expect(acts.search).not.toHaveBeenCalled()
    expect(acts.help).not.toHaveBeenCalled()
  })

  it('a console that swallows its keys loses none to the window', () => {
    press('k', { ctrlKey: true, in: 'canvas', swallowed: true })
    expect(acts.search).not.toHaveBeenCalled()
  })

  it('other shortcuts and Space stay the browser’s', () => {
    press('c', { ctrlKey: true })
    press(' ')
    press('ArrowDown')
    expect(acts.search).not.toHaveBeenCalled()
  })
})
