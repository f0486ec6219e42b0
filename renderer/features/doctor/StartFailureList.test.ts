import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, defineComponent, h } from 'vue'

import { connectFleet } from '../../testing/connect-fleet.ts'
import { FleetEngine } from '../../testing/fleet-engine.ts'
import { generateFleet, generateMachine } from '../../testing/generated-fleet.ts'
import { refusal } from '../../testing/refusal.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import { useDoctorStore } from './doctor-store.ts'
import StartFailureList from './StartFailureList.vue'

const machineOf = (number: number, name: string) => ({
  ...generateMachine('local', number),
  ...{ name, state: 'shut-off' as const },
})
const [web, database] = [machineOf(1, 'web'), machineOf(2, 'database')]
const problem = (words: string) => ({ code: 'wrong-state' as const, ...refusal(words).data })

describe('several starts that failed', () => {
  beforeEach(async () => {
    setActivePinia(createPinia())
    connectFleet(new FleetEngine({ ...generateFleet(0), machines: [web, database] }))
    void useInventoryStore().follow(new AbortController().signal)
    await vi.waitFor(() => {
      expect(useInventoryStore().isLoaded).toBe(true)
    })
    useDoctorStore().noteFailure({ machine: web, problem: problem('Its disk is not there.') })
    useDoctorStore().noteFailure({ machine: database, problem: problem('Its port is taken.') })
  })

  /** As the window shows it: with what is noted now. */
  const list = () =>
    mount(
      defineComponent(() => {
        const failures = computed(() => [...useDoctorStore().failures.values()])
        return () => h(StartFailureList, { failures: failures.value })
      }),
    )
  const press = (shown: ReturnType<typeof list>, label: string) =>
    shown
      .findAll('button')
      .find((button) => button.text() === label || button.attributes('aria-label') === label)
      ?.trigger('click')

  it('are told on one card, a line each, that leads to what mends it', async () => {
    const shown = list()
    expect(shown.get('h2').text()).toBe('2 machines did not start')
    expect(shown.findAll('li').map((line) => line.findAll('p').map((part) => part.text()))).toEqual([
      ['web', 'Its disk is not there.'],
      ['database', 'Its port is taken.'],
    ])
    await press(shown, 'What mends it: database')
    expect(useDoctorStore().examined?.uuid).toBe(database.uuid)
  })

  it('are tried again together, and forgotten as they run', async () => {
    await press(list(), 'Try all again')
    await vi.waitFor(() => {
      expect(useDoctorStore().failures.size).toBe(0)
    })
  })

  it('are forgotten when the user has read them', async () => {
    await press(list(), 'Dismiss')
    expect(useDoctorStore().failures.size).toBe(0)
  })
})
