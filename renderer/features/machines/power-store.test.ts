import { unkeyed } from '@strata/contract/words/said.ts'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { connectFleet } from '../../testing/connect-fleet.ts'
import { FleetEngine } from '../../testing/fleet-engine.ts'
import { generateFleet, generateMachine } from '../../testing/generated-fleet.ts'
import { useDoctorStore } from '../doctor/doctor-store.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import { useProblemsStore } from '../window/problems-store.ts'
import { usePowerStore } from './power-store.ts'

const fleet = generateFleet(3)
const [web, db, other] = fleet.machines.map((machine) => ({ ...machine, state: 'shut-off' as const }))
const gone = { ...generateMachine('local', 999), state: 'shut-off' as const, name: 'gone' }
if (web === undefined || db === undefined || other === undefined)
  throw new Error('The generated fleet has three machines.')

describe('power acts', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    connectFleet(new FleetEngine({ ...fleet, machines: [web, db, other] }))
    void useInventoryStore().follow(new AbortController().signal)
  })

  it('change the machine in the list by the inventory, not by themselves', async () => {
    const inventory = useInventoryStore()
    await vi.waitFor(() => {
      expect(inventory.isLoaded).toBe(true)
    })
    usePowerStore().request([web], 'start')
    await vi.waitFor(() => {
      expect(inventory.machine(web)?.state).toBe('running')
    })
  })

  it('that lose data wait for the user’s word', async () => {
    const power = usePowerStore()
    power.request([web], 'force-off')
    expect(power.asked?.action).toBe('force-off')
    expect(power.running.size).toBe(0)
    power.withdraw()
    expect(power.asked).toBeNull()
  })

  it('that fail leave a card with the machine’s name', async () => {
    usePowerStore().request([gone], 'start')
    await vi.waitFor(() => {
      expect(useProblemsStore().shown).toMatchObject([{ title: 'Start: gone', problem: { code: 'not-found' } }])
    })
    expect(usePowerStore().runningFor(gone)).toBeUndefined()
  })

  it('that start what reaches out of itself ask first, and go on with what is allowed', async () => {
    const sentence = unkeyed('The machine may write.')
    const line = { id: 'log', kind: 'writes', line: 9, text: '<source>', sentence } as const
    const engine = new FleetEngine({ ...fleet, machines: [web, db, other] })
    engine.reaches = [line]
    setActivePinia(createPinia())
    connectFleet(engine)
    void useInventoryStore().follow(new AbortController().signal)
    await vi.waitFor(() => {
      expect(useInventoryStore().isLoaded).toBe(true)
    })
    const power = usePowerStore()
    power.request([web], 'start')
    await vi.waitFor(() => {
      expect(power.reaching?.uuid).toBe(web.uuid)
    })
    expect(useProblemsStore().shown).toEqual([])
    power.startAllowing([line.id])
    expect(power.reaching).toBeNull()
    await vi.waitFor(() => {
      expect(useInventoryStore().machine(web)?.state).toBe('running')
    })
  })

  it('on several machines give one summary: done, left out, failed', async () => {
    const running = { ...other, state: 'running' as const }
    const power = usePowerStore()
    power.request([web, db, running, gone], 'start')
    await vi.waitFor(() => {
      expect(power.summary).toMatchObject({
        action: 'start',
        doneCount: 2,
        leftOut: [{ uuid: running.uuid }],
        failed: [{ machine: { name: 'gone' }, message: 'This machine is gone.', isExplained: false }],
      })
    })
    expect(useProblemsStore().shown).toEqual([])
  })

  it('that start several machines tell of those that did not, with what mends each', async () => {
    const engine = new FleetEngine({ ...fleet, machines: [web, db, other] })
    const refused = new Set([web.uuid, db.uuid])
    engine.refuses = (uuid) => (refused.has(uuid) ? 'Its disk is not there.' : null)
    setActivePinia(createPinia())
    connectFleet(engine)
    void useInventoryStore().follow(new AbortController().signal)
    await vi.waitFor(() => {
      expect(useInventoryStore().isLoaded).toBe(true)
    })
    const power = usePowerStore()
    power.request([web, db, other], 'start')
    await vi.waitFor(() => {
      expect(power.summary).toMatchObject({ doneCount: 1, failed: [{ isExplained: true }, { isExplained: true }] })
    })
    const { failures } = useDoctorStore()
    expect([...failures.values()].map(({ machine, problem }) => [machine.name, problem.said.english])).toEqual([
      [web.name, 'Its disk is not there.'],
      [db.name, 'Its disk is not there.'],
    ])
  })
})
