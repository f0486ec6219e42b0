import { implement } from '@orpc/server'
import type { HistoryEntry } from '@strata/contract/history.ts'
import { contract } from '@strata/contract/index.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { aMachine } from '../../testing/a-machine.ts'
import { connectFleet } from '../../testing/connect-fleet.ts'
import { refusal } from '../../testing/refusal.ts'
import HistoryTab from './HistoryTab.vue'

const entry = (rest: Partial<HistoryEntry>): HistoryEntry => ({
  id: 'one',
  atMs: 1,
  kind: 'changed',
  title: unkeyed('Memory set to 2 GiB'),
  notes: [],
  commands: [],
  who: 'user',
  changes: [],
  undo: { possible: true },
  ...rest,
})

describe('the history of a machine', () => {
  let tab: VueWrapper
  let disconnect: () => void
  afterEach(() => {
    tab.unmount()
    disconnect()
  })

  async function show(entries: () => HistoryEntry[], undone: (id: string) => string | null = () => null) {
    const os = implement(contract.history)
    const history = {
      list: os.list.handler(entries),
      undo: os.undo.handler(({ input, errors }) => {
        const why = undone(input.entryId)
        if (why === null) return
        throw errors['wrong-state'](refusal(why, { detail: '+ <vcpu>3</vcpu>' }))
      }),
    }
    disconnect = connectFleet({ router: { history } })
    tab = mount(HistoryTab, { props: { machine: aMachine() } })
    await vi.waitFor(() => {
      expect(tab.findAll('li').length).toBeGreaterThan(0)
    })
  }
  const button = (title: string) => tab.get(`button[aria-label="Undo “${title}”"]`)

  it('says who it was, and shows the difference folded', async () => {
    await show(() => [
      entry({ changes: ['- <memory>1</memory>', '+ <memory>2</memory>'] }),
      entry({ id: 'two', who: 'strata' }),
    ])
    expect(tab.text()).toContain('by you')
    expect(tab.text()).toContain('by Strata itself')
    const details = tab.get('details')
    expect(details.attributes('open')).toBeUndefined()
    expect(details.get('pre').text()).toBe('- <memory>1</memory>\n+ <memory>2</memory>')
  })

  it('takes a change back, and shows what came of it', async () => {
    let isUndone = false
    await show(
      () => [entry({ undo: isUndone ? { possible: false, why: unkeyed('It was taken back.') } : { possible: true } })],
      (id) => {
        isUndone = id === 'one'
        return null
      },
    )
    await button('Memory set to 2 GiB').trigger('click')
    await vi.waitFor(() => {
      expect(tab.text()).toContain('It was taken back.')
    })
    expect(button('Memory set to 2 GiB').attributes('disabled')).toBeDefined()
  })

  it('keeps the button of what has no way back, with the reason', async () => {
    await show(() => [
      entry({ title: unkeyed('Reset'), undo: { possible: false, why: unkeyed('What was in its memory is gone.') } }),
    ])
    const undo = button('Reset')
    expect(undo.attributes('disabled')).toBeDefined()
    expect(tab.get(`#${undo.attributes('aria-describedby') ?? ''}`).text()).toBe('What was in its memory is gone.')
  })

  it('shows the difference when it is refused', async () => {
    await show(
      () => [entry({})],
      () => 'The same part was changed again since.',
    )
    await button('Memory set to 2 GiB').trigger('click')
    await vi.waitFor(() => {
      expect(tab.get('[role="alert"]').text()).toContain('The same part was changed again since.')
    })
    expect(tab.get('[role="alert"] pre').text()).toBe('+ <vcpu>3</vcpu>')
  })
})
