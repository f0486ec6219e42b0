import { beforeEach, describe, expect, it, vi } from 'vitest'

import { FleetEngine } from './testing/fleet-engine.ts'
import { generateFleet } from './testing/generated-fleet.ts'

// The line is one for the window, so each test gets its own copy of the modules that keep it.
async function freshWindow() {
  vi.resetModules()
  const { api } = await import('./api.ts')
  const link = await import('./engine-link.ts')
  const { connectFleet } = await import('./testing/connect-fleet.ts')
  const { toProblem } = await import('./problem.ts')
  const { followStream } = await import('./subscription.ts')
  return { api, ...link, connectFleet, toProblem, followStream }
}

describe('the line to the engine', () => {
  let window: Awaited<ReturnType<typeof freshWindow>>
  const engine = () => new FleetEngine(generateFleet(3))

  beforeEach(async () => {
    window = await freshWindow()
  })

  const lost = () =>
    vi.waitFor(() => {
      expect(window.engineState.value).toBe('lost')
    })

  it('keeps the first calls until it is open', async () => {
    const settings = window.api.settings.read()
    window.connectFleet(engine())
    expect((await settings).theme).toBe('system')
  })

  it('refuses calls at once while it is lost, instead of leaving them to wait', async () => {
    window.connectFleet(engine())()
    await lost()
    await expect(window.api.settings.read()).rejects.toBeInstanceOf(window.EngineLostError)
  })

  it('rejects a call that was under way when it broke', async () => {
    const silent = new MessageChannel()
    void window.useLine(window.openPortLine(silent.port2))
    const call = window.api.settings.read()
    await vi.waitFor(() => {
      expect(window.engineState.value).toBe('open')
    })
    silent.port1.close()
    await expect(call).rejects.toBeInstanceOf(window.EngineLostError)
  })

  it('works again over the next line', async () => {
    window.connectFleet(engine())()
    await lost()
    window.connectFleet(engine())
    await vi.waitFor(async () => {
      expect((await window.api.settings.read()).trashDays).toBe(30)
    })
  })

  it('subscribes to streams anew, and gets the whole picture again', async () => {
    const received: string[] = []
    const end = new AbortController()
    void window.followStream(
      (signal) => window.api.hosts.watchInventory(undefined, { signal }),
      (message) => received.push(message.type),
      end.signal,
    )
    const cut = window.connectFleet(engine())
    await vi.waitFor(() => {
      expect(received).toEqual(['snapshot'])
    })
    cut()
    await lost()
    window.connectFleet(engine())
    await vi.waitFor(
      () => {
        expect(received).toEqual(['snapshot', 'snapshot'])
      },
      { timeout: 3_000 },
    )
    end.abort()
  })

  it('turns the engine’s declared errors into problems with their code and repairs', async () => {
    window.connectFleet(engine())
    const missing = { hostId: 'local', uuid: '00000000-0000-4000-8000-00000000dead', action: 'start' as const }
    const error = await window.api.machines.power(missing).catch((thrown: unknown) => thrown)
    expect(window.toProblem(error)).toMatchObject({
      code: 'not-found',
      said: { english: 'This machine is gone.' },
      repairs: [],
    })
  })

  it('turns input that the contract refuses into a problem of input', async () => {
    window.connectFleet(engine())
    const error = await window.api.settings.change({ trashDays: 0 }).catch((thrown: unknown) => thrown)
    expect(window.toProblem(error).code).toBe('invalid-input')
  })
})
