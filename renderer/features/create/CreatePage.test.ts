import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectFleet } from '../../testing/connect-fleet.ts'
import { FleetEngine } from '../../testing/fleet-engine.ts'
import { generateFleet } from '../../testing/generated-fleet.ts'
import { MachineEngine } from '../../testing/machine-engine.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import { useJobsStore } from '../jobs/jobs-store.ts'
import CreatePage from './CreatePage.vue'

/** Until the page shows what is waited for; a busy computer takes its time. */
const patience = { timeout: 10_000 }

let page: VueWrapper
let streams: AbortController

beforeEach(() => {
  const pinia = createPinia()
  setActivePinia(pinia)
  const fleet = new FleetEngine(generateFleet(2))
  const machines = new MachineEngine(
    fleet,
    () => null,
    () => 'ticket',
  )
  connectFleet({ router: { ...fleet.router, ...machines.router } })
  streams = new AbortController()
  void useInventoryStore().follow(streams.signal)
  void useJobsStore().follow(streams.signal)
  page = mount(CreatePage, { global: { plugins: [pinia] }, attachTo: document.body })
})
afterEach(() => {
  page.unmount()
  streams.abort()
})

const button = (text: string) => page.findAll('button').find((each) => each.text().includes(text))
const field = (label: string) => {
  const id = page
    .findAll('label')
    .find((each) => each.text() === label)
    ?.attributes('for')
  return page.find<HTMLInputElement>(`[id="${id ?? ''}"]`)
}
const createButton = () => page.find<HTMLButtonElement>('button[type=submit]')
const chooseUbuntu = async () => {
  await vi.waitUntil(() => button('ubuntu-22.04-server.iso') !== undefined && createButton().exists(), patience)
  await button('ubuntu-22.04-server.iso')?.trigger('click')
}

describe('the page for a new machine', () => {
  it('can create as soon as an image is chosen, under a name after it', async () => {
    await vi.waitUntil(() => createButton().exists(), patience)
    expect(createButton().element.disabled).toBe(true)
    await chooseUbuntu()
    expect(createButton().element.disabled).toBe(false)
    expect(field('Name').element.value).toBe('ubuntu-22.04')
  })

  it('says at the field what cannot be read, and creates nothing until it can', async () => {
    await chooseUbuntu()
    await field('Memory').setValue('lots')
    expect(page.text()).toContain('Write a size, as 4 GiB or 4096 MiB.')
    expect(createButton().element.disabled).toBe(true)
    await field('Memory').setValue('2048 MiB')
    expect(createButton().element.disabled).toBe(false)
  })

  it('offers the engine’s remedy beside the engine’s objection', async () => {
    await chooseUbuntu()
    await field('Name').setValue('taken')
    await vi.waitUntil(() => button('Call it taken-2') !== undefined, patience)
    expect(createButton().element.disabled).toBe(true)
    await button('Call it taken-2')?.trigger('click')
    await flushPromises()
    expect(field('Name').element.value).toBe('taken-2')
    expect(createButton().element.disabled).toBe(false)
  })
})
