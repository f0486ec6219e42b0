import type { StrataProblem } from '@strata/contract/errors.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { ConsoleSession, type ScreenLinkEvents, type SessionState } from './console-session.ts'

const problem = (code: StrataProblem['code']): StrataProblem => ({
  code,
  said: unkeyed(code),
  detail: null,
  field: null,
  repairs: [],
})

/** One attempt to open the screen, answered by the test. */
class Attempt {
  closed = false
  readonly events: ScreenLinkEvents
  readonly link: Promise<{ close(): void }>
  #resolve: (link: { close(): void }) => void = () => undefined
  #reject: (problem: StrataProblem) => void = () => undefined
  constructor(events: ScreenLinkEvents) {
    this.events = events
    this.link = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }
  async open(): Promise<void> {
    this.#resolve({ close: () => (this.closed = true) })
    await this.link
  }
  async refuse(code: StrataProblem['code']): Promise<void> {
    this.#reject(problem(code))
    await this.link.catch(() => undefined)
  }
}

let attempts: Attempt[]
let states: SessionState['kind'][]
let timers: { delayMs: number; work: () => void }[]
let nowMs: number
let session: ConsoleSession

const last = (): Attempt => {
  const attempt = attempts.at(-1)
  if (attempt === undefined) throw new Error('nothing was opened')
  return attempt
}
const runTimer = (): number => {
  const timer = timers.shift()
  if (timer === undefined) throw new Error('nothing is planned')
  timer.work()
  return timer.delayMs
}
async function connect(): Promise<void> {
  await last().open()
  last().events.onConnected()
}

beforeEach(() => {
  attempts = []
  states = []
  timers = []
  nowMs = 0
  session = new ConsoleSession({
    open: (events) => {
      const attempt = new Attempt(events)
      attempts.push(attempt)
      return attempt.link
    },
    toProblem: (error) => error as StrataProblem,
    onChange: (state) => states.push(state.kind),
    schedule: (delayMs, work) => {
      const timer = { delayMs, work }
      timers.push(timer)
      return () => {
        timers = timers.filter((each) => each !== timer)
      }
    },
    nowMs: () => nowMs,
  })
})

describe('ConsoleSession', () => {
  it('connects once when the screen is wanted, however often that is said', async () => {
    session.want(true)
    session.want(true)
    await connect()
    expect(attempts).toHaveLength(1)
    expect(states).toEqual(['connecting', 'connected'])
  })

  it('connects again by itself when the guest takes its screen away', async () => {
    session.want(true)
    await connect()
    nowMs = 60_000
    last().events.onLost(null)
    expect(session.state.kind).toBe('waiting')
    expect(last().closed).toBe(true)
    runTimer()
    await connect()
    expect(session.state.kind).toBe('connected')
  })

  it('waits longer after each failed attempt, and starts over after a success', async () => {
    session.want(true)
    const delays: number[] = []
    for (let round = 0; round < 6; round += 1) {
      await last().refuse('connection-lost')
      delays.push(runTimer())
    }
    expect(delays).toEqual([200, 400, 800, 1600, 3200, 4000])
    await connect()
    nowMs = 60_000
    last().events.onLost(null)
    expect(runTimer()).toBe(200)
  })

  it('gives up at once on what waiting does not mend, and tries again when asked', async () => {
    session.want(true)
    await last().refuse('unsupported')
    expect(session.state).toMatchObject({ kind: 'failed', problem: { code: 'unsupported' } })
    expect(timers).toHaveLength(0)
    session.retry()
    await connect()
    expect(session.state.kind).toBe('connected')
  })

  it('gives up on a line that the other end closed for good', async () => {
    session.want(true)
    await last().open()
    last().events.onLost(Object.assign(new Error(), problem('not-permitted')))
    expect(session.state).toMatchObject({ kind: 'failed', problem: { code: 'not-permitted' } })
  })

  it('stops fighting with another window that shows the same screen', async () => {
    session.want(true)
    for (let round = 0; round < 3; round += 1) {
      await connect()
      nowMs += 500
      last().events.onLost(null)
      if (round < 2) runTimer()
    }
    expect(session.state.kind).toBe('displaced')
    expect(timers).toHaveLength(0)
  })

  it('does not take slow losses for a fight', async () => {
    session.want(true)
    for (let round = 0; round < 5; round += 1) {
      await connect()
      nowMs += 10_000
      last().events.onLost(null)
      runTimer()
    }
    expect(session.state.kind).toBe('connecting')
  })

  it('closes the line and plans nothing when the screen is no longer wanted', async () => {
    session.want(true)
    await connect()
    session.want(false)
    expect(last().closed).toBe(true)
    last().events.onLost(null)
    expect(session.state.kind).toBe('idle')
    expect(timers).toHaveLength(0)
  })

  it('closes a line that opens after it was no longer wanted', async () => {
    session.want(true)
    session.want(false)
    await last().open()
    await Promise.resolve()
    expect(last().closed).toBe(true)
  })

  it('leaves nothing planned when it is ended while waiting', async () => {
    session.want(true)
    await last().refuse('connection-lost')
    session.want(false)
    expect(timers).toHaveLength(0)
  })
})
