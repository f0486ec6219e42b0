import type { CrossSection } from '@strata/contract/cross-section.ts'
import type { FleetMessage } from '@strata/contract/monitoring.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest } from '../testing/test-guest.ts'

describe('the live cross-section of a real guest', () => {
  let test: TestEngine
  beforeAll(async () => {
    test = await startTestEngine()
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  it('follows the machine from off to running, and measures it', async () => {
    const guest = await makeGuest(test, 'cut', {
      edit: (definition) => {
        definition.devices.interfaces.add({ type: 'user', model: 'virtio' })
      },
    })
    const stream = await test.client.crossSection.watch({ hostId, uuid: guest.uuid })
    const until = async (fits: (section: CrossSection) => boolean) => {
      for (;;) {
        const { value, done } = await stream.next()
        if (done === true) throw new Error('the stream ended')
        if (fits(value)) return value
      }
    }
    const find = (section: CrossSection, id: string) => section.nodes.find((node) => node.id === id)
    const off = await until((section) => find(section, 'disk-vda') !== undefined)
    expect(find(off, 'disk-vda')).toMatchObject({ title: 'vDisk vda', health: 'good' })
    expect(find(off, 'vcpu')).toMatchObject({ detail: 'off' })
    expect(off.links).toContainEqual({ upperId: 'nic-0', lowerId: 'user-network' })
    // Its disk stands in a pool, and the pool on a device of this computer.
    const pool = off.links.find(({ upperId }) => upperId === 'disk-vda')
    expect(find(off, pool?.lowerId ?? '')).toMatchObject({ title: 'pool guests' })
    expect(off.links.some(({ upperId, lowerId }) => upperId === pool?.lowerId && lowerId.startsWith('storage-'))).toBe(
      true,
    )

    await guest.domain.create()
    const running = await until((section) => (find(section, 'vcpu')?.share ?? null) !== null)
    expect(find(running, 'accelerator')).toMatchObject({ title: 'Emulation', health: 'warning' })
    expect(find(running, 'memory')?.share).toBeGreaterThan(0)
    expect(running.captions.hypervisor.english).toMatch(/^QEMU \d+\.\d+, emulation$/)
    await guest.domain.destroy()
    await until((section) => find(section, 'vcpu')?.detail.english === 'off')
    await stream.return?.()
  }, 60_000)

  it('is not there for a machine that is not', async () => {
    const uuid = '00000000-0000-4000-8000-000000000000'
    await expect(test.client.crossSection.watch({ hostId, uuid })).rejects.toMatchObject({ code: 'not-found' })
    await expect(test.client.crossSection.watch({ hostId: 'elsewhere', uuid })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('stands beside graphs that are fed by the same one call', async () => {
    const guest = await makeGuest(test, 'graph')
    await guest.domain.create()
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
    const watch = () => test.client.monitoring.watchMachine({ hostId, uuid: guest.uuid, span: '10-minutes' })
    const [types, timesMs, shares]: [string[], number[], number[]] = [[], [], []]
    for await (const { type, timesMs: times, columns } of await watch()) {
      types.push(type)
      if (type === 'sample') timesMs.push(...times)
      if (type === 'sample') shares.push(...columns.cpuShare)
      if (shares.filter((share) => share >= 0 && share <= 1).length >= 2) break
    }
    expect(types[0]).toBe('history')
    expect(new Set(types.slice(1))).toEqual(new Set(['sample']))
    expect(timesMs).toEqual([...timesMs].sort((one, other) => one - other))
    // Who comes later gets what was measured.
    for await (const { type, timesMs: times } of await watch()) {
      expect(type).toBe('history')
      expect(times.length).toBeGreaterThanOrEqual(2)
      break
    }
    const fleet: FleetMessage[] = []
    for await (const message of await test.client.monitoring.watchFleet({ hostId }))
      if (fleet.push(message) === 2) break
    expect(fleet[0]).toEqual({ type: 'machines', hostId, uuids: [guest.uuid] })
    expect(fleet[1]).toMatchObject({ type: 'sample', load: { hostId, memoryKiB: expect.any(Number) as number } })
    await guest.domain.destroy()
  }, 60_000)

  it('and a readiness check that says how each thing stands', async () => {
    const checks = await test.client.hosts.checkReadiness({ hostId })
    expect(checks.map(({ id }) => id)).toEqual([
      'connection',
      'processor',
      'kvm',
      'nested',
      'firmware',
      'tpm',
      'iommu',
      'memory',
      'storage',
      'network',
    ])
    for (const { level, finding, effect } of checks) {
      expect(finding.english).toMatch(/\.$/)
      if (level === 'limited' || level === 'broken') expect(effect).not.toBeNull()
    }
    expect(checks[0]).toMatchObject({ level: 'good' })
    expect(checks.find(({ id }) => id === 'storage')?.finding.english).toContain('Pool guests has')
  }, 60_000)
})
