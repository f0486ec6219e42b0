import type { StrataProblem } from '@strata/contract/errors.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
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
  label: unkeyed(label),
  explanation: unkeyed(`${label}: that is what it does.`),
  command: null,
  action: { kind: 'eject-media', hostId: 'local', uuid: machine.uuid, targetDev: 'sda' },
  ...rest,
})
const problem: StrataProblem = {
  code: 'wrong-state',
  said: unkeyed('The medium is not there.'),
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
  // Held, not asked for again: which stores are in use is one setting for all, and what still moves may change it.
  let inventory: ReturnType<typeof useInventoryStore>
  let doctor: ReturnType<typeof useDoctorStore>

  beforeEach(async () => {
    setActivePinia(createPinia())
    inventory = useInventoryStore()
    doctor = useDoctorStore()
    connectFleet(new FleetEngine({ ...generateFleet(0), machines: [machine] }))
    void inventory.follow(new AbortController().signal)
    await vi.waitFor(() => {
      expect(inventory.isLoaded).toBe(true)
    })
    doctor.noteFailure({ machine, problem })
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
      expect(inventory.machine(machine)?.state).toBe('running')
    })
    await vi.waitFor(() => {
      expect(doctor.failureOf(machine)).toBeUndefined()
    })
  })

  it('can be checked whole', async () => {
    const shown = card()
    await shown
      .findAll('button')
      .find((button) => button.text() === 'Check everything')
      ?.trigger('click')
    expect(doctor.examined?.uuid).toBe(machine.uuid)
  })
})
