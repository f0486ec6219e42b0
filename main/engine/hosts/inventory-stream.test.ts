import type { Machine } from '@strata/contract/machines.ts'
import { describe, expect, it } from 'vitest'

import { InventoryPending } from './inventory-stream.ts'

/** A host that has what it is given, and a clock that is turned by hand. */
function setting() {
  const machines = new Map<string, Machine>()
  let nowMs = 0
  const inventory = {
    machines: () => [...machines.values()],
    machine: (uuid: string) => machines.get(uuid) ?? null,
    networks: () => [],
    network: () => null,
    pools: () => [],
    pool: () => null,
  }
  const host = { id: 'h', inventory, picture: () => ({ id: 'h' }) }
  const pending = new InventoryPending([host as never], { nowMs: () => nowMs, after: () => () => undefined })
  const set = (uuid: string, state: Machine['state']) => {
    machines.set(uuid, { uuid, state } as Machine)
    pending.note('h', { kind: 'machine', uuid })
  }
  const remove = (uuid: string) => {
    machines.delete(uuid)
    pending.note('h', { kind: 'machine', uuid })
  }
  return { pending, set, remove, pass: (ms: number) => (nowMs += ms) }
}

describe('what a client has not seen', () => {
  it('is everything at first, then only what changed, as it is when it is told', () => {
    const { pending, set, remove } = setting()
    set('a', 'shut-off')
    expect(pending.take()).toMatchObject({ type: 'snapshot', machines: [{ uuid: 'a' }], hosts: [{ id: 'h' }] })
    expect(pending.take()).toBeNull()
    set('a', 'running')
    set('b', 'shut-off')
    set('a', 'paused')
    remove('b')
    expect(pending.take()).toMatchObject({
      type: 'patch',
      machines: { changed: [{ uuid: 'a', state: 'paused' }], removed: [{ hostId: 'h', uuid: 'b' }] },
      hosts: { changed: [] },
    })
  })

  it('is everything again when it asked for nothing for long', () => {
    const { pending, set, pass } = setting()
    pending.take()
    set('a', 'running')
    pass(2_001)
    expect(pending.take()).toMatchObject({ type: 'snapshot' })
    set('a', 'paused')
    pass(1_999)
    expect(pending.take()).toMatchObject({ type: 'patch' })
  })

  it('is everything again when a host was loaded anew', () => {
    const { pending } = setting()
    pending.take()
    pending.note('h', { kind: 'all' })
    expect(pending.take()).toMatchObject({ type: 'snapshot' })
  })

  it('is a host alone when only its connection changed', () => {
    const { pending } = setting()
    pending.take()
    pending.note('h', { kind: 'host' })
    expect(pending.take()).toMatchObject({
      type: 'patch',
      hosts: { changed: [{ id: 'h' }] },
      machines: { changed: [] },
    })
  })
})
