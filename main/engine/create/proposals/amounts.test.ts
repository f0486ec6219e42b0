import type { Pool } from '@strata/contract/storage.ts'
import { describe, expect, it } from 'vitest'

import { roomWith } from '../../testing/host-room.ts'
import { groundOf, realOs } from '../../testing/proposal-ground.ts'
import { proposeDisk, proposeMemory, proposeVcpus } from './amounts.ts'

const gibKiB = 1024 ** 2
const gib = 1024 ** 3
const pool: Pool = {
  hostId: 'local',
  uuid: '11111111-2222-3333-4444-555555555555',
  name: 'default',
  type: 'dir',
  state: 'running',
  autostart: true,
  path: '/images',
  capacityBytes: 100 * gib,
  allocationBytes: 0,
  availableBytes: 80 * gib,
  volumesRevision: 0,
}
const brought = {
  from: 'the appliance',
  vcpuCount: 3,
  memoryKiB: 3 * gibKiB,
  firmware: null,
  machineType: null,
  diskBus: null,
  nicModels: null,
  video: null,
  tpm: null,
}

describe('proposed amounts', () => {
  it('are what the system’s makers suggest, with where they come from', async () => {
    const ground = groundOf({ os: await realOs('debian12') })
    expect(proposeVcpus(ground)).toEqual({ value: 1, reason: 'Debian 12 suggests 1 processor.' })
    expect(proposeMemory(ground)).toEqual({
      value: 2 * gibKiB,
      reason: 'Debian 12 suggests 2 GiB. 6 GiB are free now.',
    })
    expect(proposeDisk(ground, pool)).toEqual({
      value: 20 * gib,
      reason: 'Debian 12 suggests 20 GiB. It takes space only as it fills.',
    })
  })

  it('of a desktop are not below what its programs want', async () => {
    const ground = groundOf({ os: await realOs('debian12'), profile: 'desktop' })
    expect([proposeVcpus(ground).value, proposeMemory(ground).value]).toEqual([2, 4 * gibKiB])
    expect(proposeMemory(ground).reason.english).toContain('desktop')
  })

  it('of an unknown system are enough for most', () => {
    expect([proposeVcpus(groundOf()).value, proposeMemory(groundOf()).value]).toEqual([2, 2 * gibKiB])
  })

  it('of the web server are those of its recipe, the disk in the unit in which it is said', async () => {
    const ground = groundOf({ os: await realOs('ubuntu22.04'), profile: 'web-server' })
    expect(proposeVcpus(ground).value).toBe(2)
    expect(proposeMemory(ground).value).toBe(4096 * 1024)
    expect(proposeDisk(ground, pool).value).toBe(50_000_000_000)
  })

  it('of a small machine are never below what its system needs', async () => {
    const ground = groundOf({ os: await realOs('win11'), profile: 'minimal' })
    expect(proposeVcpus(ground)).toEqual({ value: 2, reason: 'Microsoft Windows 11 needs 2 processors.' })
    expect(proposeMemory(ground).value).toBe(4 * gibKiB)
    expect(proposeDisk(ground, pool).value).toBe(64 * gib)
  })

  it('are smaller where the host has less, and say so', async () => {
    const os = await realOs('ubuntu24.04')
    const tight = groundOf({ os, room: roomWith({ cpuCount: 1, availableMemoryKiB: 5 * gibKiB }) })
    expect(proposeVcpus(tight).value).toBe(1)
    expect(proposeMemory(tight)).toEqual({
      value: 2.5 * gibKiB,
      reason: '4 GiB would be better, but only 5 GiB are free now.',
    })
    expect(proposeDisk(tight, { ...pool, availableBytes: 10 * gib })).toEqual({
      value: 10 * gib,
      reason: 'Only 10 GiB are free in “default”; 25 GiB would be better.',
    })
    // Less than the system needs would only fail later.
    const tighter = groundOf({ os, room: roomWith({ availableMemoryKiB: gibKiB }) })
    expect(proposeMemory(tighter).value).toBe(2 * gibKiB)
    const tiny = groundOf({ os, room: roomWith({ memoryKiB: gibKiB, availableMemoryKiB: gibKiB / 2 }) })
    expect(proposeMemory(tiny).value).toBe(gibKiB)
  })

  it('of what was a machine before are what it had', () => {
    const ground = groundOf({ facts: { brought, disk: 'own' } })
    expect(proposeVcpus(ground)).toEqual({ value: 3, reason: 'As in the appliance.' })
    expect(proposeMemory(ground)).toMatchObject({ value: 3 * gibKiB })
    expect(proposeDisk(ground, pool).value).toBeNull()
  })

  it('of a disk are not below what its image holds', async () => {
    const os = await realOs('debian12')
    const growing = { capacityBytes: 3 * gib, setup: 'cloud-init' } as const
    expect(proposeDisk(groundOf({ os, facts: growing }), pool).value).toBe(20 * gib)
    expect(proposeDisk(groundOf({ os, facts: { capacityBytes: 3 * gib } }), pool).value).toBe(3 * gib)
    const large = groundOf({ os, facts: { capacityBytes: 200 * gib } })
    expect(proposeDisk(large, pool)).toEqual({
      value: 200 * gib,
      reason: 'As large as the image. It takes space only as it fills.',
    })
  })
})
