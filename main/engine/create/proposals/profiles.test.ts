import { newMachine, profiles } from '@strata/contract/create.ts'
import { describe, expect, it } from 'vitest'

import { groundOf, realOs } from '../../testing/proposal-ground.ts'
import { proposeName } from './machine-name.ts'
import { fittingProfile, profileChoices } from './profiles.ts'

describe('the use of a machine', () => {
  it.each([
    ['win11', false, 'windows-11'],
    ['win10', false, 'desktop'],
    ['win2k22', false, 'server'],
    ['win2k', false, 'desktop'],
    ['debian12', false, 'server'],
    ['debian12', true, 'desktop'],
  ])('of %s (before a screen: %s) is %s', async (osId, isDesktop, profile) => {
    expect(fittingProfile(await realOs(osId), { isDesktop })).toBe(profile)
  })

  it('can be each that the contract knows', () => {
    expect(profileChoices.map(({ profile }) => profile)).toEqual([...profiles])
  })
})

describe('a proposed name', () => {
  const none = new Set<string>()

  it.each([
    ['ubuntu22.04', 'ubuntu-22.04'],
    ['win11', 'windows-11'],
    ['fedora40', 'fedora-40'],
  ])('of %s is %s', async (osId, name) => {
    expect(proposeName(groundOf({ os: await realOs(osId) }), none).value).toBe(name)
  })

  it('is what the use, the image or the earlier machine is called, with a number where that is taken', () => {
    expect(proposeName(groundOf({ profile: 'web-server' }), none)).toEqual({
      value: 'web-server',
      reason: 'By its use.',
    })
    expect(proposeName(groundOf({ profile: 'web-server' }), new Set(['web-server']))).toEqual({
      value: 'web-server-2',
      reason: 'By its use. “web-server” is taken.',
    })
    expect(proposeName(groundOf({ facts: { name: 'Debian 13' } }), none).value).toBe('debian-13')
    expect(proposeName(groundOf(), new Set(['new-machine'])).value).toBe('new-machine-2')
  })

  it('is one that the contract takes, whatever a source is called', () => {
    for (const name of ['', '..', '   ', '/etc/passwd', 'é'.repeat(300), '\n', '王'])
      expect(newMachine.shape.name.safeParse(proposeName(groundOf({ facts: { name } }), none).value).success).toBe(true)
  })
})
