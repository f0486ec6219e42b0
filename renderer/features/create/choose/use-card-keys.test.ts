import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h, useTemplateRef } from 'vue'
import { useCardKeys } from './use-card-keys.ts'

/** Cards in two columns, as they would stand on the screen. */
const Cards = defineComponent({
  props: { names: { type: Array<string>, required: true }, chosen: { type: String, default: '' } },
  setup(props) {
    const area = useTemplateRef<HTMLElement>('area')
    const keys = useCardKeys(area)
    return () =>
      h(
        'div',
        { ref: 'area', ...keys.listeners },
        props.names.map((name) =>
          h('span', { 'data-card': '' }, h('button', { 'aria-pressed': name === props.chosen }, name)),
        ),
      )
  },
})

const show = (names: string[], chosen = '') => {
  const cards = mount(Cards, { props: { names, chosen }, attachTo: document.body })
  cards.findAll('button').forEach((card, at) => {
    const [left, top] = [(at % 2) * 100, Math.floor(at / 2) * 50]
    card.element.getBoundingClientRect = () => new DOMRect(left, top, 90, 40)
  })
  return cards
}
const focused = () => document.activeElement?.textContent
const stops = (cards: ReturnType<typeof show>) =>
  cards.findAll('button').flatMap((card) => (card.element.tabIndex === 0 ? [card.text()] : []))
const press = async (key: string) => {
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}

afterEach(() => {
  document.body.replaceChildren()
})

describe('cards', () => {
  it('are one stop of the Tab key: the chosen one', () => {
    expect(stops(show(['a', 'b', 'c'], 'b'))).toEqual(['b'])
    expect(stops(show(['a', 'b', 'c']))).toEqual(['a'])
  })

  it('lead the focus by arrow keys as they stand, and stay one stop', async () => {
    const cards = show(['a', 'b', 'c', 'd', 'e'])
    cards.get('button').element.focus()
    await press('ArrowRight')
    expect(focused()).toBe('b')
    await press('ArrowDown')
    expect(focused()).toBe('d')
    await press('ArrowDown')
    expect(focused()).toBe('e')
    await press('ArrowDown')
    expect(focused()).toBe('e')
    await press('ArrowUp')
    expect(focused()).toBe('c')
    await press('End')
    expect(focused()).toBe('e')
    await press('Home')
    expect(focused()).toBe('a')
    await press('ArrowRight')
    expect(stops(cards)).toEqual(['b'])
  })

  it('have another stop when the one that had the focus is filtered away', async () => {
    const cards = show(['a', 'b'])
    cards.findAll('button')[1]?.element.focus()
    await press('ArrowLeft')
    await press('ArrowRight')
    await cards.setProps({ names: ['a'] })
    expect(stops(cards)).toEqual(['a'])
  })
})
