import type { InventoryMessage } from '@strata/contract/hosts.ts'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { computed } from 'vue'

import { generateFleet, generateMachine } from '../../testing/generated-fleet.ts'
import { useInventoryStore } from './inventory-store.ts'

const none = { changed: [], removed: [] }
const snapshotOf = (machineCount: number): InventoryMessage => {
  const { hosts, machines, networks, pools } = generateFleet(machineCount)
  return { type: 'snapshot', hosts: [...hosts], machines: [...machines], networks: [...networks], pools: [...pools] }
}
const patch = { type: 'patch' as const, hosts: none, machines: none, networks: none, pools: none }

describe('the inventory', () => {
  let inventory: ReturnType<typeof useInventoryStore>
  beforeEach(() => {
    setActivePinia(createPinia())
    inventory = useInventoryStore()
    inventory.apply(snapshotOf(50))
  })

  it('is not loaded before the first picture, so that nobody says "nothing here" too early', () => {
    setActivePinia(createPinia())
    expect(useInventoryStore().isLoaded).toBe(false)
    expect(inventory.isLoaded).toBe(true)
  })

  it('changes, adds and removes what a patch names, and nothing else', () => {
    const changed = { ...generateMachine('local', 1), name: 'renamed' }
    const added = generateMachine('local', 900)
    const untouched = inventory.machine(generateMachine('local', 2))
    inventory.apply({ ...patch, machines: { changed: [changed, added], removed: [generateMachine('local', 3)] } })
    expect(inventory.machine(changed)?.name).toBe('renamed')
    expect(inventory.machine(added)).toBeDefined()
    expect(inventory.machine(generateMachine('local', 3))).toBeUndefined()
    expect(inventory.machine(untouched ?? changed)).toBe(untouched)
    expect(inventory.machineList).toHaveLength(50)
  })

  it('tells of a patch, and does not wake who looks at hosts when machines changed', () => {
    const machines = vi.fn(() => inventory.machineList.length)
    const hosts = vi.fn(() => inventory.hostList.length)
    const [machineCount, hostCount] = [computed(machines), computed(hosts)]
    expect([machineCount.value, hostCount.value]).toEqual([50, 2])
    inventory.apply({ ...patch, machines: { changed: [generateMachine('local', 901)], removed: [] } })
    expect([machineCount.value, hostCount.value]).toEqual([51, 2])
    expect(machines).toHaveBeenCalledTimes(2)
    expect(hosts).toHaveBeenCalledTimes(1)
  })

  it('forgets everything that a new picture no longer has', () => {
    inventory.apply(snapshotOf(4))
    expect(inventory.machineList).toHaveLength(4)
    expect(inventory.hostList).toHaveLength(1)
  })

  it('keeps machines of different hosts apart that have the same UUID', () => {
    const here = generateMachine('local', 1)
    const there = { ...here, hostId: 'rack-2', name: 'twin' }
    inventory.apply({ ...patch, machines: { changed: [there], removed: [] } })
    expect(inventory.machine(here)?.name).toBe(here.name)
    expect(inventory.machine(there)?.name).toBe('twin')
  })
})
