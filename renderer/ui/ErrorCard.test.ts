import type { StrataProblem } from '@strata/contract/errors.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'

import { connectFleet } from '../testing/connect-fleet.ts'
import { FleetEngine } from '../testing/fleet-engine.ts'
import { generateFleet } from '../testing/generated-fleet.ts'
import ErrorCard from './ErrorCard.vue'

const problem: StrataProblem = {
  code: 'host-unreachable',
  said: unkeyed('libvirt’s daemon is not running.'),
  detail: 'connect ENOENT',
  field: null,
  repairs: [
    {
      label: unkeyed('Start the daemon'),
      explanation: unkeyed('Starts it.'),
      command: 'systemctl start libvirtd',
      action: { kind: 'start-daemon', hostId: 'local' },
    },
    {
      label: unkeyed('Join the group'),
      explanation: unkeyed('Only you can do this.'),
      command: 'usermod -aG libvirt me',
      action: null,
    },
  ],
}

describe('an error card', () => {
  it('says what happened, what to do, and keeps the original words folded', () => {
    const card = mount(ErrorCard, { props: { problem } })
    expect(card.get('[role="alert"]').text()).toContain('The host does not answer')
    expect(card.findAll('code').map((code) => code.text())).toEqual([
      'systemctl start libvirtd',
      'usermod -aG libvirt me',
    ])
    expect(card.get('details').attributes('open')).toBeUndefined()
    expect(card.get('details pre').text()).toBe('connect ENOENT')
  })

  it('has a button only for what the engine can do, runs it, and tells that it is done', async () => {
    connectFleet(new FleetEngine(generateFleet(0)))
    const card = mount(ErrorCard, { props: { problem } })
    expect(card.text()).not.toContain('Join the group')
    await card
      .findAll('button')
      .find((button) => button.text() === 'Start the daemon')
      ?.trigger('click')
    await vi.waitFor(() => {
      expect(card.emitted('repaired')).toHaveLength(1)
    })
    expect(card.text()).toContain('Start the daemon: done')
  })
})
