import type { InventoryMessage } from '@strata/contract/hosts.ts'
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'

import { generateFleet, unreachable, type GeneratedFleet } from '../../testing/generated-fleet.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import MachinesPage from './MachinesPage.vue'

const snapshotOf = ({ hosts, machines, networks, pools }: GeneratedFleet): InventoryMessage => ({
  type: 'snapshot',
  hosts: [...hosts],
  machines: [...machines],
  networks: [...networks],
  pools: [...pools],
})

describe('the page of all machines', () => {
  const show = (fleet: GeneratedFleet | null) => {
    if (fleet !== null) useInventoryStore().apply(snapshotOf(fleet))
    return mount(MachinesPage)
  }
  beforeEach(() => {
    setActivePinia(createPinia())
  })

  it('says nothing about machines before it knows', () => {
    const page = show(null)
    expect(page.find('[role="status"]').text()).toBe('Loading')
    expect(page.text()).not.toContain('No machines yet')
  })

  it('teaches when there are none, with the one way to begin', () => {
    const page = show(generateFleet(0))
    expect(page.text()).toContain('No machines yet')
    expect(page.get('a[href="/new"]').text()).toBe('New machine')
  })

  it('shows why, instead of "none", when no host answers', () => {
    const fleet = generateFleet(0)
    const page = show({ ...fleet, hosts: fleet.hosts.map(unreachable) })
    expect(page.text()).toContain('This computer does not answer')
    expect(page.text()).not.toContain('No machines yet')
    expect(page.text()).toContain('sudo systemctl start libvirtd.socket')
  })

  it('makes rows only for what can be seen, and tells the whole count', () => {
    const page = show(generateFleet(1000))
    expect(page.get('[role="grid"]').attributes('aria-rowcount')).toBe('1001')
    expect(page.findAll('[data-machine]').length).toBeLessThan(60)
    expect(page.text()).toContain('1,000 machines on 2 hosts')
  })

  it('filters as the user types, and offers the way back when nothing is left', async () => {
    const page = show(generateFleet(47))
    await page.get('input[type="search"]').setValue('ci-runner-02')
    expect(page.findAll('[data-machine]')).toHaveLength(1)
    await page.get('input[type="search"]').setValue('nothing like it')
    expect(page.text()).toContain('No machine matches “nothing like it”')
    await page
      .findAll('button')
      .find((button) => button.text() === 'Clear the filter')
      ?.trigger('click')
    expect(page.findAll('[data-machine]').length).toBeGreaterThan(1)
  })

  it('shows markup in a name as text', async () => {
    const fleet = generateFleet(1)
    const machines = fleet.machines.map((machine) => ({ ...machine, name: '<img src=x onerror=alert(1)>' }))
    const page = show({ ...fleet, machines })
    await nextTick()
    expect(page.find('img').exists()).toBe(false)
    expect(page.get('[data-machine] .link').text()).toBe('<img src=x onerror=alert(1)>')
  })

  it('greys the machines of a host that does not answer and says since when', () => {
    const fleet = generateFleet(3)
    const page = show({ ...fleet, hosts: fleet.hosts.map(unreachable) })
    expect(page.findAll('[data-machine].stale')).toHaveLength(3)
    expect(page.get('[data-machine]').text()).toContain('Last seen 3 min. ago')
  })
})
