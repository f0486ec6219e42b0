import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { MessageFromEngine, MessageToEngine } from './engine-messages.ts'
import { EngineSupervisor, type EngineChild } from './engine-supervisor.ts'

class Child implements EngineChild<string> {
  readonly heard: { message: MessageToEngine; ports: string[] }[] = []
  killed = false
  readonly #listeners: ((message: MessageFromEngine) => void)[] = []
  #onExit: (code: number) => void = () => undefined

  postMessage(message: MessageToEngine, ports: string[] = []): void {
    this.heard.push({ message, ports })
  }
  onMessage(listener: (message: MessageFromEngine) => void): void {
    this.#listeners.push(listener)
  }
  onExit(listener: (code: number) => void): void {
    this.#onExit = listener
  }
  kill(): void {
    this.killed = true
    this.exit(143)
  }
  say(message: MessageFromEngine): void {
    for (const listener of this.#listeners) listener(message)
  }
  exit(code: number): void {
    this.#onExit(code)
  }
}

let children: Child[]
let nowMs: number
let givenUp: string[]
let finishing: (readonly string[])[]
let supervisor: EngineSupervisor<string>
const last = () => children.at(-1) ?? expect.fail('no engine was started')

beforeEach(() => {
  children = []
  nowMs = 0
  givenUp = []
  finishing = []
  supervisor = new EngineSupervisor({
    spawn: () => {
      children.push(new Child())
      return last()
    },
    onGivenUp: (reason) => givenUp.push(reason),
    onFinishing: (titles) => finishing.push(titles),
    nowMs: () => nowMs,
  })
  supervisor.start()
})

describe('the engine', () => {
  it('gets the ports of each window that asks', () => {
    expect(supervisor.connectWindow(['rpc', 'consoles'])).toBe(true)
    expect(last().heard).toEqual([{ message: { type: 'window' }, ports: ['rpc', 'consoles'] }])
  })

  it('is started again when it dies, and the next window talks to the new one', () => {
    last().exit(11)
    expect(children).toHaveLength(2)
    supervisor.connectWindow(['rpc'])
    expect(children[0]?.heard).toEqual([])
    expect(children[1]?.heard).toHaveLength(1)
  })

  it('is given up after the fourth death within a minute', () => {
    for (let death = 0; death < 4; death += 1) last().exit(11)
    expect(children).toHaveLength(4)
    expect(givenUp).toEqual(["Strata's engine stopped 4 times (exit code 11)."])
    expect(supervisor.connectWindow(['rpc'])).toBe(false)
  })

  it('is started again however often, when the deaths are far apart', () => {
    for (let death = 0; death < 20; death += 1) {
      nowMs += 20_001
      last().exit(11)
    }
    expect(children).toHaveLength(21)
    expect(givenUp).toEqual([])
  })

  it('is given up at once when it says why it cannot start', () => {
    last().say({ type: 'failed', message: 'The settings cannot be read.' })
    last().exit(1)
    expect(children).toHaveLength(1)
    expect(givenUp).toEqual(['The settings cannot be read.'])
  })

  it('is started anew on the wish of the user, with a clean count', () => {
    for (let death = 0; death < 4; death += 1) last().exit(11)
    supervisor.restart()
    last().exit(11)
    expect(children).toHaveLength(6)
    expect(givenUp).toHaveLength(1)
  })
})

describe('closing', () => {
  it('asks the engine and waits for its end, without starting it again', async () => {
    const closed = supervisor.close(1000)
    expect(last().heard).toEqual([{ message: { type: 'close' }, ports: [] }])
    last().exit(0)
    await closed
    expect(children).toHaveLength(1)
    expect(givenUp).toEqual([])
  })

  it('is done at once when no engine runs', async () => {
    for (let death = 0; death < 4; death += 1) last().exit(11)
    await supervisor.close(1000)
  })

  it('loses patience with an engine that does not answer, but never while jobs finish', async () => {
    vi.useFakeTimers()
    try {
      const closed = supervisor.close(5_000)
      last().say({ type: 'finishing', titles: ['Create web'] })
      vi.advanceTimersByTime(3_600_000)
      expect(last().killed).toBe(false)
      expect(finishing).toEqual([['Create web']])
      last().say({ type: 'finishing', titles: [] })
      vi.advanceTimersByTime(5_000)
      expect(last().killed).toBe(true)
      await closed
    } finally {
      vi.useRealTimers()
    }
  })
})
