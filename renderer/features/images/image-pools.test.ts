import type { Pool } from '@strata/contract/storage.ts'
import { describe, expect, it } from 'vitest'

import { creationOffers } from '../../testing/creation-offers.ts'
import { imagePools } from './image-pools.ts'

describe('the pools that an image can lie in', () => {
  const pool = (name: string, rest: Partial<Pool> = {}): Pool => ({
    hostId: 'local',
    uuid: name,
    name,
    type: 'dir',
    state: 'running',
    autostart: true,
    path: `/${name}`,
    capacityBytes: 100,
    allocationBytes: 50,
    availableBytes: 50,
    volumesRevision: 0,
    ...rest,
  })
  const names = (pools: readonly Pool[]) => pools.map(({ name }) => name)

  it('are folders that run', () => {
    const pools = [
      pool('lvm', { type: 'logical' }),
      pool('stopped', { state: 'inactive' }),
      pool('nfs', { type: 'netfs' }),
    ]
    expect(names(imagePools(pools, []))).toEqual(['nfs'])
  })

  it('come with the default one first, then by their room', () => {
    const pools = [pool('small', { availableBytes: 1 }), pool('large', { availableBytes: 90 }), pool('default')]
    expect(names(imagePools(pools, []))).toEqual(['default', 'large', 'small'])
  })

  it('begin with where images lie already', () => {
    const images = creationOffers.images.map((image) => ({ ...image, poolUuid: 'small' }))
    expect(names(imagePools([pool('default'), pool('small')], images))).toEqual(['small', 'default'])
  })
})
