import type { Network } from '@strata/contract/networks.ts'
import { describe, expect, it } from 'vitest'

import { groundOf } from '../../testing/proposal-ground.ts'
import { noLinks } from '../../networks/host-links.ts'
import { networkChoices, proposeMoreCards, proposeNetwork, type NetworkGround } from './networks.ts'

const nat: Network = {
  hostId: 'local',
  uuid: '66666666-2222-3333-4444-555555555555',
  name: 'default',
  active: true,
  autostart: true,
  forward: 'nat',
  bridge: 'virbr0',
  cidrs: [],
}
const lab: Network = { ...nat, uuid: '7', name: 'lab', forward: 'isolated', bridge: 'virbr1' }
const links = {
  bridges: [
    { name: 'virbr0', cards: [] },
    { name: 'br0', cards: ['enp3s0'] },
    { name: 'br1', cards: [] },
  ],
  cards: [
    { name: 'enp3s0', isWireless: false, joinedTo: 'br0', isUp: true },
    { name: 'enp4s0', isWireless: false, joinedTo: null, isUp: true },
    { name: 'wlp1s0', isWireless: true, joinedTo: null, isUp: true },
  ],
}
const ground: NetworkGround = { scope: 'system', networks: [nat, lab], links, helper: null }

describe('the networks to choose from', () => {
  it('are libvirt’s, the bridges with their cards, and the cards that are free', () => {
    expect(networkChoices(ground).map(({ label }) => label.english)).toEqual([
      'Network “default”',
      'Network “lab”',
      'Bridge br0 (enp3s0)',
      'Bridge br1',
      'Card enp4s0',
      'User network',
      'No network',
    ])
    const words = (label: string) =>
      networkChoices(ground).find((each) => each.label.english === label)?.explanation.english
    expect(words('Bridge br0 (enp3s0)')).toContain('Through enp3s0')
    expect(words('Card enp4s0')).toContain('host itself cannot reach it')
  })

  it('say who reaches the machine where there is no bridge', () => {
    const [first] = networkChoices({ ...ground, links: noLinks })
    expect(first?.explanation.english).toMatch(/the LAN does not.*no bridge here/)
  })

  it('of a user’s own machines tell why a bridge cannot be had, and have no cards of the host', () => {
    const helper = {
      path: '/usr/lib/qemu/qemu-bridge-helper',
      hasRights: true,
      allows: (name: string) => name === 'br0',
    }
    const choices = networkChoices({ ...ground, scope: 'session', networks: [], helper })
    expect(choices.map(({ label }) => label)).toEqual([
      'Bridge virbr0 (not allowed)',
      'Bridge br0 (enp3s0)',
      'Bridge br1 (not allowed)',
      'User network',
      'No network',
    ])
    expect(choices[2]?.explanation.english).toContain('bridge.conf')
  })
})

describe('the proposed network', () => {
  it('is the default one where the system has it, and the user’s otherwise', () => {
    expect(proposeNetwork(ground).value).toEqual({ kind: 'network', networkName: 'default' })
    expect(proposeNetwork({ ...ground, networks: [{ ...nat, active: false }, lab] }).value).toEqual({
      kind: 'network',
      networkName: 'lab',
    })
    expect(proposeNetwork({ ...ground, networks: [] }).value).toEqual({ kind: 'user' })
    expect(proposeNetwork({ ...ground, scope: 'session' }).value).toEqual({ kind: 'user' })
  })

  it('of a router has an inner side besides', () => {
    const first = { kind: 'network' as const, networkName: 'default' }
    const router = groundOf({ profile: 'router' })
    expect(proposeMoreCards(router, ground, first, ['virtio']).value).toEqual([
      { source: { kind: 'network', networkName: 'lab' }, model: 'virtio' },
    ])
    const alone = proposeMoreCards(router, { ...ground, networks: [nat] }, first, ['virtio'])
    expect(alone.value).toEqual([{ source: first, model: 'virtio' }])
    expect(alone.reason.english).toContain('no second network')
    expect(proposeMoreCards(groundOf(), ground, first, ['virtio']).value).toEqual([])
    expect(proposeMoreCards(groundOf(), ground, first, ['e1000', 'virtio', 'virtio']).value).toHaveLength(2)
  })
})
