import { describe, expect, it } from 'vitest'

import type { Clock } from './clock.ts'
import { CoalescedStream, EventChannel } from './event-channel.ts'

describe('an event channel', () => {
  it('tells every listener until it stops, also one that listens twice', () => {
    const channel = new EventChannel<number>()
    const heard: number[] = []
    const listener = (event: number) => heard.push(event)
    const [stopFirst, stopSecond] = [channel.listen(listener), channel.listen(listener)]
    channel.emit(1)
    stopFirst()
    channel.emit(2)
    stopSecond()
    channel.emit(3)
    expect(heard).toEqual([1, 1, 2])
    expect(channel.isListenedTo).toBe(false)
  })
})

/** Time that passes only when it is told to. */
class HandClock implements Clock {
  #nowMs = 0
  readonly #timers = new Map<symbol, { atMs: number; run: () => void }>()

  nowMs = () => this.#nowMs
  after = (delayMs: number, run: () => void) => {
    const id = Symbol('timer')
    this.#timers.set(id, { atMs: this.#nowMs + delayMs, run })
    return () => this.#timers.delete(id)
  }

  pass(ms: number): void {
    this.#nowMs += ms
    for (const [id, { atMs, run }] of this.#timers) {
      if (atMs > this.#nowMs) continue
      this.#timers.delete(id)
      run()
    }
  }

  get timers(): number {
    return this.#timers.size
  }
}

function counting(signal?: AbortSignal) {
  const clock = new HandClock()
  let [happened, ends] = [0, 0]
  const stream = new CoalescedStream<number>({
    pending: {
      take() {
        const count = happened
        happened = 0
        return count === 0 ? null : count
      },
    },
    intervalMs: 60,
    clock,
    signal,
    onEnd: () => (ends += 1),
  })
  const happen = () => {
    happened += 1
    stream.wake()
  }
  return { clock, stream, happen, ends: () => ends }
}

describe('a coalesced stream', () => {
  it('brings what happened between two messages together', async () => {
    const { clock, stream, happen } = counting()
    for (let count = 0; count < 500; count += 1) happen()
    const first = stream.next()
    clock.pass(0)
    expect(await first).toEqual({ done: false, value: 500 })
    const second = stream.next()
    for (let count = 0; count < 7; count += 1) {
      happen()
      clock.pass(5)
    }
    let isThere = false
    void second.then(() => (isThere = true))
    await Promise.resolve()
    expect(isThere).toBe(false) // 35 ms after the first: too soon
    clock.pass(25)
    expect(await second).toEqual({ done: false, value: 7 })
  })

  it('waits without a timer while nothing happens', () => {
    const { clock, stream } = counting()
    void stream.next()
    clock.pass(1_000)
    expect(clock.timers).toBe(0)
  })

  it('ends at once for who waits, whoever ends it, and only once', async () => {
    const ending = new AbortController()
    const { stream, ends } = counting(ending.signal)
    const waiting = stream.next()
    await stream.return()
    expect(await waiting).toEqual({ done: true, value: undefined })
    ending.abort()
    expect(ends()).toBe(1)
    const aborted = counting(ending.signal)
    expect(await aborted.stream.next()).toEqual({ done: true, value: undefined })
    expect(aborted.ends()).toBe(1)
  })
})
