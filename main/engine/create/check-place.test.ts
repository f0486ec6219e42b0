import type { Network } from '@strata/contract/networks.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { describe, expect, it } from 'vitest'

import { checkPlace, type HostThings } from './check-place.ts'

const pool: Pool = {
  hostId: 'local',
  uuid: '11111111-2222-3333-4444-555555555555',
  name: 'default',
  type: 'dir',
  state: 'running',
  autostart: true,
  path: '/images',
  capacityBytes: 100 * 1024 ** 3,
  allocationBytes: 0,
  availableBytes: 50 * 1024 ** 3,
  volumesRevision: 0,
}
const network: Network = {
  hostId: 'local',
  uuid: '66666666-2222-3333-4444-555555555555',
  name: 'default',
  active: true,
  autostart: true,
  forward: 'nat',
  bridge: 'virbr0',
  cidrs: [],
}
const things: HostThings = {
  hostId: 'local',
  hostLabel: 'This computer',
  machineNames: new Set(['web', 'web-2']),
  pools: [pool],
  networks: [network],
  volumeNames: new Set(['old.qcow2']),
  defaultPoolFolder: '/home/me/images',
}
const withPool = (changes: Partial<Pool>) => ({ ...things, pools: [{ ...pool, ...changes }] })

describe('the place of a new machine', () => {
  it('with a free name, room and a network has no findings', () => {
    const form = {
      name: 'db',
      poolUuid: pool.uuid,
      diskBytes: 20 * 1024 ** 3,
      network: { kind: 'network' as const, networkName: 'default' },
    }
    expect(checkPlace(form, things)).toEqual([])
  })

  it('needs another name where that one is taken, and proposes it', () => {
    expect(checkPlace({ name: 'web' }, things)).toMatchObject([
      { field: 'name', severity: 'error', code: 'already-exists', suggestion: { name: 'web-3' } },
    ])
  })

  it('leaves an image alone that has the name, and says which name the new one gets', () => {
    const [finding] = checkPlace({ name: 'old', poolUuid: pool.uuid }, things)
    expect(finding).toMatchObject({ field: 'name', severity: 'warning' })
    expect(finding?.message).toContain('old-2.qcow2')
  })

  it('without any pool offers to make one', () => {
    expect(checkPlace({}, { ...things, pools: [] })).toMatchObject([
      { field: 'poolUuid', severity: 'error', repairs: [{ action: { kind: 'make-default-pool', hostId: 'local' } }] },
    ])
  })

  it('in a pool that stands still offers to start it', () => {
    expect(checkPlace({ poolUuid: pool.uuid }, withPool({ state: 'inactive' }))).toMatchObject([
      { field: 'poolUuid', repairs: [{ action: { kind: 'start-pool', poolUuid: pool.uuid } }] },
    ])
  })

  it.each([
    [withPool({ availableBytes: 1024 ** 2 }), 'poolUuid', 'error', 'out-of-space'],
    [withPool({ type: 'iscsi' }), 'poolUuid', 'error', 'unsupported'],
    [withPool({ availableBytes: 1024 ** 3 }), 'diskBytes', 'warning', 'invalid-input'],
    [{ ...things, pools: [{ ...pool, uuid: 'another' }] }, 'poolUuid', 'error', 'not-found'],
  ])('in a pool that does not suit is told (%#)', (where, field, severity, code) => {
    expect(checkPlace({ poolUuid: pool.uuid, diskBytes: 20 * 1024 ** 3 }, where)).toMatchObject([
      { field, severity, code },
    ])
  })

  it('on a network that stands still or is not there is told, with the repair', () => {
    const form = (networkName: string) => ({ network: { kind: 'network' as const, networkName } })
    expect(checkPlace(form('default'), { ...things, networks: [{ ...network, active: false }] })).toMatchObject([
      {
        field: 'network',
        code: 'wrong-state',
        repairs: [{ action: { kind: 'start-network', networkUuid: network.uuid } }],
      },
    ])
    expect(checkPlace(form('lab'), things)).toMatchObject([{ field: 'network', code: 'not-found' }])
    expect(checkPlace({ network: { kind: 'user' } }, things)).toEqual([])
  })
})
