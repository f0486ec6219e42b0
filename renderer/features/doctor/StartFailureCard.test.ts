import type { StrataProblem } from '@strata/contract/errors.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { connectFleet } from '../../testing/connect-fleet.ts'
import { FleetEngine } from '../../testing/fleet-engine.ts'
import { generateFleet, generateMachine } from '../../testing/generated-fleet.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import { useDoctorStore } from './doctor-store.ts'
import StartFailureCard from './StartFailureCard.vue'

const machine = { ...generateMachine('local', 1), name: 'web', state: 'shut-off' as const }
const repair = (label: string, rest: Partial<Repair> = {}): Repair => ({
  label,
  explanation: `${label}: that is what it does.`,
  command: null,
  action: { kind: 'eject-media', hostId: 'local', uuid: machine.uuid, targetDev: 'sda' },
  ...rest,
})
const problem: StrataProblem = {
  code: 'wrong-state',
  message: 'The medium is not there.',
  detail: 'Cannot access storage file',
  field: null,
  repairs: [
    repair('Eject'),
    repair('Open the folder', { action: null, command: 'sudo setfacl …' }),
    repair('Relink'),
    repair('Detach'),
  ],
}

describe('a start that failed', () => {
  beforeEach(async () => {
    setActivePinia(createPinia())
    connectFleet(new FleetEngine({ ...generateFleet(0), machines: [machine] }))
    void useInventoryStore().follow(new AbortController().signal)
    await vi.waitFor(() => {
      expect(useInventoryStore().isLoaded).toBe(true)
    })
    useDoctorStore().noteFailure({ machine, problem })
  })

  const card = () => mount(StartFailureCard, { props: { failure: { machine, problem } } })

  it('is told by its cause, with three repairs at the most, and the original words folded', () => {
    const shown = card()
    expect(shown.get('[role="alert"]').text()).toContain('The medium is not there.')
    expect(shown.findAll('li')).toHaveLength(3)
    expect(shown.findAll('button').map((button) => button.text())).not.toContain('Open the folder') // by hand only
    expect(shown.get('code').text()).toBe('sudo setfacl …')
    expect(shown.get('details pre').text()).toBe('Cannot access storage file')
  })

  it('is tried again after a repair, and forgotten when the machine runs', async () => {
    const shown = card()
    await shown
      .findAll('button')
      .find((button) => button.text() === 'Eject')
      ?.trigger('click')
    await vi.waitFor(() => {
      expect(useInventoryStore().machine(machine)?.state).toBe('running')
    })
    await vi.waitFor(() => {
      expect(useDoctorStore().failureOf(machine)).toBeUndefined()
    })
  })

  it('can be checked whole', async () => {
    const shown = card()
    await shown
      .findAll('button')
      .find((button) => button.text() === 'Check everything')
      ?.trigger('click')
    expect(useDoctorStore().examined?.uuid).toBe(machine.uuid)
  })
})
