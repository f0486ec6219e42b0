import { describe, expect, it } from 'vitest'

import { FleetPending } from './fleet-stream.ts'
import { nextIntervalMs, type FleetSample } from './sampler.ts'
import { emptyRow } from './series-row.ts'

const load = (hostId: string) => ({
  hostId,
  cpuShare: null,
  memoryUsedKiB: null,
  memoryKiB: null,
  diskAvailableBytes: null,
})
const sample = (
  hostId: string,
  takenAtMs: number,
  shares: Record<string, number>,
  uuids: readonly string[] = Object.keys(shares).sort(),
): FleetSample => ({
  uuids,
  hostId,
  takenAtMs,
  machines: new Map(
    Object.entries(shares).map(([uuid, share]) => [
      uuid,
      { takenAtMs, row: emptyRow.map(() => share), memorySource: 'host' as const },
    ]),
  ),
  load: load(hostId),
})

describe('the fleet’s samples for one client', () => {
  it('say who they are about, once, and then only numbers in that order', () => {
    const pending = new FleetPending()
    expect(pending.take()).toBeNull()
    const uuids = ['a', 'b']
    pending.note(sample('h', 1, { b: 0.5, a: 0.25 }, uuids))
    expect(pending.take()).toEqual({ type: 'machines', hostId: 'h', uuids: ['a', 'b'] })
    expect(pending.take()).toMatchObject({
      type: 'sample',
      takenAtMs: 1,
      columns: { cpuShare: Float32Array.of(0.25, 0.5) },
    })
    expect(pending.take()).toBeNull()
    pending.note(sample('h', 2, { a: 0, b: 1 }, uuids))
    expect(pending.take()).toMatchObject({ type: 'sample', takenAtMs: 2, columns: { cpuShare: Float32Array.of(0, 1) } })
  })

  it('say so again when others run', () => {
    const pending = new FleetPending()
    pending.note(sample('h', 1, { a: 0 }))
    pending.take()
    pending.take()
    pending.note(sample('h', 2, { b: 0 }))
    expect(pending.take()).toMatchObject({ type: 'machines', uuids: ['b'] })
  })

  it('are lost, not queued, for a client that is too slow', () => {
    const nobody: string[] = []
    const pending = new FleetPending()
    for (let atMs = 1; atMs <= 100; atMs += 1)
      for (const host of ['g', 'h']) pending.note(sample(host, atMs, {}, nobody))
    const taken = [pending.take(), pending.take(), pending.take(), pending.take(), pending.take()]
    expect(taken.map((message) => (message?.type === 'sample' ? message.takenAtMs : message?.type))).toEqual([
      'machines',
      100,
      'machines',
      100,
      undefined,
    ])
  })
})

it.each([
  [true, 10, 1_000],
  [true, 200, 1_000],
  [true, 500, 2_500],
  [false, 10, 5_000],
  [false, 2_000, 10_000],
])('polls (watched: %s) that take %i ms come every %i ms', (isWatched, lastPollMs, intervalMs) => {
  expect(nextIntervalMs(isWatched, lastPollMs)).toBe(intervalMs)
})
