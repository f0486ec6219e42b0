import { expect, it } from 'vitest'

import { deferred } from '../deferred.ts'
import { RefreshQueue } from './refresh-queue.ts'

type Aspect = 'state' | 'definition'

function recording() {
  const batches: Record<string, Aspect[]>[] = []
  const gates: { resolve: () => void; reject: (error: unknown) => void }[] = []
  const queue = new RefreshQueue<Aspect>(async (batch) => {
    batches.push(Object.fromEntries([...batch].map(([uuid, aspects]) => [uuid, [...aspects].sort()])))
    const gate = deferred<undefined>()
    gates.push({ resolve: () => gate.resolve(undefined), reject: gate.reject })
    await gate.promise
  })
  return { batches, gates, queue }
}

it('reads what was asked for in one turn as one batch, each thing once', async () => {
  const { batches, gates, queue } = recording()
  const asked = [
    queue.request('a', ['state']),
    queue.request('b', ['state']),
    queue.request('a', ['definition', 'state']),
  ]
  await expect.poll(() => gates.length).toBe(1)
  gates[0]?.resolve()
  await Promise.all(asked)
  expect(batches).toEqual([{ a: ['definition', 'state'], b: ['state'] }])
})

it('reads again what was asked for while it was being read', async () => {
  const { batches, gates, queue } = recording()
  const first = queue.request('a', ['state'])
  await expect.poll(() => gates.length).toBe(1)
  let isSecondDone = false
  const second = queue.request('a', ['state']).then(() => (isSecondDone = true))
  gates[0]?.resolve()
  await first
  expect(isSecondDone).toBe(false) // the change may have come after the first reading
  await expect.poll(() => gates.length).toBe(2)
  gates[1]?.resolve()
  await second
  expect(batches).toHaveLength(2)
})

it('goes on after a batch that failed, and tells who waited for it', async () => {
  const { gates, queue } = recording()
  const failing = queue.request('a', ['state'])
  await expect.poll(() => gates.length).toBe(1)
  gates[0]?.reject(new Error('gone'))
  await expect(failing).rejects.toThrow('gone')
  const next = queue.request('b', ['state'])
  await expect.poll(() => gates.length).toBe(2)
  gates[1]?.resolve()
  await expect(next).resolves.toBeUndefined()
})

it('reads nothing while it is held', async () => {
  const { batches, gates, queue } = recording()
  queue.hold()
  const asked = queue.request('a', ['state'])
  await new Promise(setImmediate)
  expect(batches).toEqual([])
  queue.release()
  await expect.poll(() => gates.length).toBe(1)
  gates[0]?.resolve()
  await asked
})
