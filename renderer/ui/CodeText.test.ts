import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { EditorView } from '@codemirror/view'
import { undo } from '@codemirror/commands'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import CodeText from './CodeText.vue'

describe('text that a program reads', () => {
  let wrapper: VueWrapper
  /** What it gave on. */
  let told: string[]
  const show = (more: Record<string, unknown> = {}) => {
    const props = { modelValue: '<domain>\n  <name>web</name>\n</domain>', ...more }
    told = []
    wrapper = mount(CodeText, {
      props: {
        label: 'libvirt XML',
        language: 'xml',
        'onUpdate:modelValue': (modelValue: string) => {
          told.push(modelValue)
          return wrapper.setProps({ modelValue })
        },
        ...props,
      },
    })
    return wrapper
  }
  const content = () => wrapper.get('[role="textbox"]')
  const view = () => {
    const found = EditorView.findFromDOM(content().element as HTMLElement)
    if (found === null) throw new Error('There is no editor.')
    return found
  }
  const loaded = () => vi.waitUntil(() => wrapper.find('[role="textbox"]').exists())
  const type = (text: string, at: number) => {
    view().dispatch({ changes: { from: at, insert: text }, userEvent: 'input.type', selection: { anchor: at } })
  }
  beforeEach(async () => {
    await import('./code/code-editor.ts')
  })
  afterEach(() => {
    wrapper.unmount()
  })

  it('can be read before its editor is there, and has its name in both', async () => {
    show()
    expect(wrapper.get('pre').text()).toContain('<name>web</name>')
    expect(wrapper.get('pre').attributes('aria-label')).toBe('libvirt XML')
    await loaded()
    expect(wrapper.find('pre').exists()).toBe(false)
    expect(content().attributes('aria-label')).toBe('libvirt XML')
    expect(content().text()).toContain('<name>web</name>')
  })

  it('gives on what is typed', async () => {
    show()
    await loaded()
    type('!', 0)
    expect(told).toEqual(['!<domain>\n  <name>web</name>\n</domain>'])
  })

  it('takes over what comes from elsewhere without telling it back, with the cursor and the undo left sensible', async () => {
    show({ language: 'yaml', modelValue: 'packages: []\nuser: me\n' })
    await loaded()
    view().dispatch({ selection: { anchor: 'packages: []\nuser:'.length } })
    await wrapper.setProps({ modelValue: 'packages: [git]\nuser: me\n' })
    expect(view().state.doc.toString()).toBe('packages: [git]\nuser: me\n')
    expect(told).toEqual([])
    expect(view().state.selection.main.head).toBe('packages: [git]\nuser:'.length)
    undo(view())
    expect(told).toEqual(['packages: []\nuser: me\n'])
  })

  it('undoes nothing back to the emptiness before its first text', async () => {
    show({ modelValue: '' })
    await loaded()
    await wrapper.setProps({ modelValue: '<domain/>' })
    expect(undo(view())).toBe(false)
    expect(told).toEqual([])
  })

  it('keeps the line and the column of a cursor whose text was replaced', async () => {
    show({ modelValue: 'one\ntwo\nthree' })
    await loaded()
    view().dispatch({ selection: { anchor: 'one\ntw'.length } })
    await wrapper.setProps({ modelValue: '1\n222222\n3' })
    expect(view().state.selection.main.head).toBe('1\n22'.length)
  })

  it('says of the text that it is wrong, where, and leads there', async () => {
    show()
    await loaded()
    expect(content().attributes('aria-invalid')).toBe('false')
    await wrapper.setProps({ problems: [{ message: 'This is no name.', line: 2 }] })
    expect(content().attributes('aria-invalid')).toBe('true')
    const list = wrapper.get(`#${CSS.escape(content().attributes('aria-describedby') ?? '')}`)
    expect(list.text()).toContain('This is no name.')
    expect(wrapper.get('.cm-lintRange-error').text()).toBe('<name>web</name>')
    await list.get('button').trigger('click')
    const { from, to } = view().state.selection.main
    expect(view().state.sliceDoc(from, to)).toBe('<name>web</name>')
    await wrapper.setProps({ problems: [] })
    expect(content().attributes('aria-describedby')).toBeUndefined()
    expect(wrapper.find('.cm-lintRange-error').exists()).toBe(false)
  })

  it('indents with Tab, and lets Tab go on after Escape and backwards', async () => {
    show()
    await loaded()
    const press = (init: KeyboardEventInit & { keyCode: number }) => {
      const down = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })
      content().element.dispatchEvent(down)
      content().element.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true, ...init }))
      return down.defaultPrevented
    }
    const tab = { key: 'Tab', keyCode: 9 }
    expect(press({ ...tab, shiftKey: true })).toBe(false)
    expect(press(tab)).toBe(true)
    expect(told).toEqual(['  <domain>\n  <name>web</name>\n</domain>'])
    press({ key: 'Escape', keyCode: 27 })
    expect(press(tab)).toBe(false)
    press({ key: 'ArrowDown', keyCode: 40 })
    expect(press(tab)).toBe(true)
  })

  it('changes nothing where it is only to be read, and keeps no Tab there', async () => {
    show({ readonly: true })
    await loaded()
    expect(content().attributes('aria-readonly')).toBe('true')
    const tab = new KeyboardEvent('keydown', { key: 'Tab', keyCode: 9, bubbles: true, cancelable: true })
    content().element.dispatchEvent(tab)
    expect(tab.defaultPrevented).toBe(false)
  })

  it('goes away with what it holds', async () => {
    show()
    await loaded()
    const destroyed = vi.spyOn(view(), 'destroy')
    wrapper.unmount()
    await flushPromises()
    expect(destroyed).toHaveBeenCalledOnce()
    show()
  })
})
