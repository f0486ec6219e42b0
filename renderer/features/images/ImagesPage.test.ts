import { implement } from '@orpc/server'
import { contract } from '@strata/contract/index.ts'
import type { CloudImage } from '@strata/contract/images.ts'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connectFleet } from '../../testing/connect-fleet.ts'
import { creationOffers } from '../../testing/creation-offers.ts'
import { FleetEngine } from '../../testing/fleet-engine.ts'
import { generateFleet } from '../../testing/generated-fleet.ts'
import { MachineEngine } from '../../testing/machine-engine.ts'
import { refusal } from '../../testing/refusal.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'
import ImagesPage from './ImagesPage.vue'

/** Until the page shows what is waited for; a busy computer takes its time. */
const patience = { timeout: 15_000 }

describe('the page of cloud images', () => {
  let page: VueWrapper
  let close: () => void
  const removed: string[] = []
  const discarded: string[] = []

  /** A window onto a host with these images; a string: why they cannot be listed. */
  function show(answers: () => readonly CloudImage[] | string): void {
    const pinia = createPinia()
    setActivePinia(pinia)
    const fleet = new FleetEngine(generateFleet(1))
    const machines = new MachineEngine(
      fleet,
      () => null,
      () => 'ticket',
      creationOffers,
    )
    const os = implement(contract.images)
    const images = {
      list: os.list.handler(({ input, errors }) => {
        const answer = input.hostId === 'local' ? answers() : []
        if (typeof answer === 'string') throw errors['connection-lost'](refusal(answer))
        return [...answer]
      }),
      discard: os.discard.handler(({ input }) => {
        discarded.push(input.imageId)
      }),
      remove: os.remove.handler(({ input, errors }) => {
        removed.push(input.imageId)
        throw errors.busy(refusal('Somebody has just built on it.'))
      }),
    }
    const disconnect = connectFleet({ router: { ...fleet.router, ...machines.router, images } })
    const streams = new AbortController()
    void useInventoryStore().follow(streams.signal)
    page = mount(ImagesPage, { global: { plugins: [pinia] }, attachTo: document.body })
    close = () => {
      page.unmount()
      streams.abort()
      disconnect()
    }
  }
  afterEach(() => {
    close()
  })

  const shows = (text: string) => vi.waitUntil(() => page.text().includes(text), patience)
  const button = (label: string) => page.get<HTMLButtonElement>(`button[aria-label="${label}"]`)

  it('says what is here, what it takes and what is built on it, and lets nothing go that carries something', async () => {
    show(() => creationOffers.images)
    await shows('Debian 12')
    expect(page.text().replaceAll('\u00a0', ' ')).toContain('one here, 330 MiB on disk')
    const [here, others] = page.findAll('table')
    expect(here?.text()).toContain('2: build-agent, web-server')
    expect(button('Delete… Debian 12').element.disabled).toBe(true)
    const reason = button('Delete… Debian 12').attributes('aria-describedby') ?? ''
    expect(document.getElementById(reason)?.textContent).toContain('build-agent')
    expect(here?.text().replaceAll('\u00a0', ' ')).toContain('135 of 540 MiB so far')
    expect(button('Go on with the download of Fedora 43').element.disabled).toBe(false)
    expect(others?.text()).toContain('openSUSE Leap 15.6not known')
  })

  it('throws away what has arrived of a download that was broken off', async () => {
    show(() => creationOffers.images.filter(({ imageId }) => !discarded.includes(imageId)))
    await shows('Fedora 43')
    await button('Throw away what has arrived of Fedora 43').trigger('click')
    await vi.waitUntil(() => !page.text().includes('Fedora 43'), patience)
    expect(discarded).toEqual(['fedora43-amd64'])
  })

  it('teaches where none is here, and still offers what there is', async () => {
    show(() => creationOffers.images.filter(({ state }) => state === 'remote'))
    await shows('No cloud image is here yet')
    expect(page.get('a[href="/new"]').text()).toBe('New machine')
    expect(page.findAll('table')).toHaveLength(1)
  })

  it('says why nothing can be listed, and lists it when that is over', async () => {
    let answer: readonly CloudImage[] | string = 'The images on this computer could not be listed.'
    show(() => answer)
    await shows('could not be listed')
    expect(page.text()).not.toContain('No cloud image is here yet')
    answer = creationOffers.images
    await page
      .findAll('button')
      .find((each) => each.text() === 'Try again')
      ?.trigger('click')
    await shows('Debian 12')
    expect(page.text()).not.toContain('could not be listed')
  })

  it('asks before it deletes, names the bytes, and shows why the engine refused', async () => {
    show(() => creationOffers.images.slice(0, 1).map((image) => ({ ...image, usedBy: [] })))
    await shows('Debian 12')
    await button('Delete… Debian 12').trigger('click')
    await flushPromises()
    const confirm = [...document.body.querySelectorAll('button')].find((each) =>
      each.textContent.replaceAll('\u00a0', ' ').includes('Delete, frees 330 MiB'),
    )
    expect(removed).toEqual([])
    confirm?.click()
    await shows('Somebody has just built on it.')
    expect(removed).toEqual(['debian12-amd64'])
  })
})
