import { unkeyed } from '@strata/contract/words/said.ts'
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'

import { useDraftStore } from '../draft-store.ts'
import CreateProfiles from './CreateProfiles.vue'

const profiles = (['server', 'desktop', 'router'] as const).map((profile) => ({
  profile,
  label: unkeyed(profile),
  explanation: unkeyed(''),
  adds: { packages: [], services: [] },
}))

describe('the uses of a machine', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
  })

  it('show the one that was proposed, then the one that was chosen, then the proposed one again', async () => {
    const shown = mount(CreateProfiles, { props: { profiles, proposed: 'desktop' } })
    const pressed = () => shown.findAll('[aria-pressed="true"]').map((chip) => chip.text())
    expect(pressed()).toEqual(['desktop'])
    const [, , router] = shown.findAll('button')
    await router?.trigger('click')
    expect([pressed(), useDraftStore().profile]).toEqual([['router'], 'router'])
    await router?.trigger('click')
    expect([pressed(), useDraftStore().profile]).toEqual([['desktop'], null])
  })
})
