import type { MachineSetup as Setup } from '@strata/contract/machine-setup.ts'
import type { Machine } from '@strata/contract/machines.ts'
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'

import { aMachine } from '../../testing/a-machine.ts'
import MachineSetup from './MachineSetup.vue'

const base = { by: 'cloud-init' as const, userName: 'ada' }

describe('the set-up on a machine’s page', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
  })
  const show = (setup: Setup | null, rest: Partial<Machine> = {}) =>
    mount(MachineSetup, {
      props: {
        machine: aMachine({ state: 'running', stateSinceMs: Date.now(), setup, ...rest }),
        showsScreen: true,
      },
    })
  const text = (wrapper: ReturnType<typeof show>) => wrapper.text().replaceAll('\u00a0', ' ')

  it('is nothing where nothing is set up, or the machine is off', () => {
    expect(show(null).text()).toBe('')
    expect(show({ ...base, phase: 'starting', startedAtMs: null }, { state: 'shut-off' }).text()).toBe('')
  })

  it('says how far it is, and marks the step', () => {
    const startedAtMs = Date.now() - 12_500
    const wrapper = show({ ...base, phase: 'setting-up', stage: 'modules-config', startedAtMs })
    expect(text(wrapper)).toContain('12 s')
    expect(wrapper.get('[aria-current="step"]').text()).toBe('Settings')
    expect(text(wrapper)).not.toContain('longer than usual')
  })

  it('offers to keep waiting when it takes long, and calls nothing failed', async () => {
    const longAgoMs = Date.now() - 6 * 60_000
    const wrapper = show({ ...base, phase: 'starting', startedAtMs: longAgoMs }, { stateSinceMs: longAgoMs })
    expect(text(wrapper)).toContain('This takes longer than usual')
    const keep = wrapper.findAll('button').find((button) => button.text() === 'Keep waiting')
    await keep?.trigger('click')
    expect(text(wrapper)).not.toContain('longer than usual')
  })

  it('ends with the time that it took and the way in', () => {
    const ready: Setup = { ...base, phase: 'ready', startedAtMs: 1, tookMs: 41_000, warnings: [] }
    expect(text(show(ready, { addresses: ['10.0.2.15'] }))).toBe(
      'Ready after 41 s. Its user is ada, its address 10.0.2.15.',
    )
  })

  it('names the part that failed, with the guest’s words as text, also while the machine is off', () => {
    const message = '<img src=x> is missing'
    const troubles = [{ stage: 'modules-final' as const, module: 'scripts-user', message }]
    const failed: Setup = { ...base, phase: 'failed', startedAtMs: 1, tookMs: 41_000, troubles }
    const wrapper = show(failed, { state: 'shut-off' })
    expect(text(wrapper)).toContain('Not everything was set up: the commands to run (scripts-user)')
    expect(wrapper.get('details').text()).toContain(message)
    expect(wrapper.find('img').exists()).toBe(false)
  })

  it('is honest about a guest that lets nothing be read', () => {
    const refused: Setup = { ...base, phase: 'unreadable', startedAtMs: 1, tookMs: 30_000, reason: 'refused' }
    expect(text(show(refused))).toContain('The guest answers; its set-up cannot be read.')
  })
})
