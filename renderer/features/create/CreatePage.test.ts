import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectFleet } from '../../testing/connect-fleet.ts'
import { type CreationOffers, creationOffers, nothingToOffer } from '../../testing/creation-offers.ts'
import { FleetEngine } from '../../testing/fleet-engine.ts'
import { generateFleet } from '../../testing/generated-fleet.ts'
import { MachineEngine } from '../../testing/machine-engine.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import { useJobsStore } from '../jobs/jobs-store.ts'
import CreatePage from './CreatePage.vue'

/** Until the page shows what is waited for; a busy computer takes its time. */
const patience = { timeout: 15_000 }
const LONGEST_MS = 40_000

let page: VueWrapper
let streams: AbortController
let disconnect: () => void

/** A window onto an engine that offers these. What a former window kept in its session is there, its memory is not. */
function openWindow(offers: CreationOffers = creationOffers): void {
  const pinia = createPinia()
  setActivePinia(pinia)
  const fleet = new FleetEngine(generateFleet(2))
  const machines = new MachineEngine(
    fleet,
    () => null,
    () => 'ticket',
    offers,
  )
  disconnect = connectFleet({ router: { ...fleet.router, ...machines.router } })
  streams = new AbortController()
  void useInventoryStore().follow(streams.signal)
  void useJobsStore().follow(streams.signal)
  page = mount(CreatePage, { global: { plugins: [pinia] }, attachTo: document.body })
}
function closeWindow(): void {
  page.unmount()
  streams.abort()
  disconnect()
}
beforeEach(() => {
  sessionStorage.clear()
})
afterEach(closeWindow)

const button = (text: string) => page.findAll('button').find((each) => each.text().includes(text))
const press = async (text: string) => {
  await vi.waitUntil(() => button(text) !== undefined, patience)
  await button(text)?.trigger('click')
}
const field = (label: string) => {
  const id = page
    .findAll('label')
    .find((each) => each.text() === label)
    ?.attributes('for')
  return page.find<HTMLInputElement>(`[id="${id ?? ''}"]`)
}
const createButton = () => page.find<HTMLButtonElement>('button[type=submit]')
const canCreate = () => createButton().exists() && !createButton().element.disabled
const until = (holds: () => boolean) => vi.waitUntil(holds, patience)
const chosen = () => page.findAll('[data-card] > button[aria-pressed="true"]').map((each) => each.text())

describe('the page for a new machine', { timeout: LONGEST_MS }, () => {
  it('can create at once: the most suitable choice stands chosen', async () => {
    openWindow()
    await until(canCreate)
    expect(chosen()).toEqual([expect.stringContaining('Debian 12')])
    expect(field('Name').element.value).toBe('debian12')
  })

  it('asks for nothing but a password when an installer answers itself, and says so', async () => {
    openWindow()
    await until(canCreate)
    await press('ubuntu-22.04-server.iso')
    await until(() => field('Password').exists())
    expect(createButton().element.disabled).toBe(true)
    expect(page.text()).toContain('Type a password for the user first.')
    await until(() => document.activeElement === field('Password').element)
    await field('Password').setValue('pa55')
    await until(canCreate)
    await press('By hand')
    await until(() => !field('Password').exists())
    await until(canCreate)
  })

  it('says at the field what cannot be read, and creates nothing until it can', async () => {
    openWindow()
    await until(canCreate)
    await field('Memory').setValue('lots')
    expect(page.text()).toContain('Write a size, as 4 GiB or 4096 MiB.')
    expect(createButton().element.disabled).toBe(true)
    await field('Memory').setValue('2048 MiB')
    await until(canCreate)
  })

  it('offers the engine’s remedy beside the engine’s objection', async () => {
    openWindow()
    await until(canCreate)
    await field('Name').setValue('taken')
    await until(() => button('Call it taken-2') !== undefined)
    expect(createButton().element.disabled).toBe(true)
    await press('Call it taken-2')
    await flushPromises()
    expect(field('Name').element.value).toBe('taken-2')
    await until(canCreate)
  })

  it('proposes anew for another choice and use, and keeps what was typed', async () => {
    openWindow()
    await until(canCreate)
    await field('Memory').setValue('1 GiB')
    await press('Web server')
    await until(() => field('Name').element.value === 'web-server')
    await press('Ubuntu 24.04')
    await until(canCreate)
    expect(field('Memory').element.value).toBe('1 GiB')
    expect(chosen()).toEqual([expect.stringContaining('Ubuntu 24.04')])
  })

  it('shows what a use puts into the guest as what it changes in the set-up', async () => {
    openWindow()
    await until(canCreate)
    await press('Ubuntu 24.04')
    await press('Web server')
    await until(() => page.text().includes('Puts nginx into the guest'))
    const recipe = page.find<HTMLDetailsElement>('details')
    recipe.element.open = true
    await recipe.trigger('toggle')
    await until(() => page.findAll('.diff .added').length > 0)
    expect(page.findAll('.diff .added').map((line) => line.text())).toContainEqual(expect.stringMatching(/^\+ .*nginx/))
    expect(page.findAll('.diff .removed')).toEqual([])
    await press('Server')
    await until(() => !page.text().includes('Puts nginx into the guest'))
  })

  it('says beforehand that nothing reads a set-up, where a use would put something in', async () => {
    openWindow()
    await until(canCreate)
    await press('Empty machine')
    await press('Web server')
    await until(() => page.text().includes('nginx has to be installed by hand'))
  })

  it('finds by every word, and says what the catalogue knows when nothing here fits', async () => {
    openWindow()
    await until(canCreate)
    await page.find('input[type=search]').setValue('22.04 ubuntu')
    const titles = () => page.findAll('[data-card]').map((each) => each.text())
    expect(titles()).toHaveLength(2)
    await page.find('input[type=search]').trigger('keydown', { key: 'Enter' })
    expect(chosen()).toEqual([expect.stringContaining('Ubuntu 22.04')])
    await page.find('input[type=search]').setValue('windows')
    expect(titles()).toEqual([])
    await until(() => page.text().includes('Windows 11') && page.text().includes('https://example.org/win11.iso'))
  })

  it('teaches where it looks when there is nothing to boot', async () => {
    openWindow(nothingToOffer)
    await until(() => page.text().includes('Nothing to boot was found'))
    await until(() => createButton().exists())
    expect(createButton().element.disabled).toBe(true)
    expect(page.text()).toContain('Choose what to run first.')
    await press('Empty machine')
    await until(canCreate)
  })

  it('has everything that was typed after a reload, save for the password', async () => {
    openWindow()
    await until(canCreate)
    await press('ubuntu-22.04-server.iso')
    await until(() => field('Password').exists())
    await field('Password').setValue('pa55-word')
    await field('Name').setValue('mine')
    await field('Disk').setValue('9 GiB')
    await until(canCreate)
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('pa55-word')
    closeWindow()
    openWindow()
    await until(() => field('Password').exists() && field('Name').element.value === 'mine')
    expect(field('Disk').element.value).toBe('9 GiB')
    expect(field('Password').element.value).toBe('')
    expect(chosen()).toEqual([expect.stringContaining('ubuntu-22.04-server.iso')])
  })
})
