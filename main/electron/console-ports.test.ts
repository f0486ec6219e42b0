import { once } from 'node:events'
import { PassThrough, type Duplex } from 'node:stream'

import { StrataError } from '@strata/engine/strata-error.ts'
import { describe, expect, it, vi } from 'vitest'

import { CONSOLE_WINDOW_BYTES, ConsolePortStream } from './console-port-stream.ts'
import { serveConsoles } from './console-ports.ts'
import { portPair, type NodePort } from './testing/node-port.ts'

/** The computer that runs the tests may have other work. */
const busy = { timeout: 20_000 }

/** The window's end: notes what comes, and acknowledges only when a test says so. */
class Page {
  readonly received: Buffer[] = []
  readonly words: unknown[] = []
  acknowledges = true

  constructor(readonly port: NodePort) {
    port.on('message', ({ data }: { data: unknown }) => {
      if (!(data instanceof ArrayBuffer)) {
        this.words.push(data)
        return
      }
      this.received.push(Buffer.from(data))
      if (this.acknowledges) port.postMessage({ ack: data.byteLength })
    })
    port.start()
  }

  get receivedBytes(): number {
    return this.received.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  send(bytes: Uint8Array): void {
    this.port.postMessage(new Uint8Array(bytes).buffer)
  }
}

function openConsole(): { page: Page; stream: ConsolePortStream } {
  const [window, engine] = portPair()
  return { page: new Page(window), stream: new ConsolePortStream(engine) }
}

describe("a console's stream over a port", () => {
  it('carries bytes both ways, in order, also views of a larger buffer', async () => {
    const { page, stream } = openConsole()
    const sent = Buffer.from(Array.from({ length: 5_000_000 }, (_, at) => (at * 31) % 251))
    for (let at = 0; at < sent.length; at += 70_001) stream.write(sent.subarray(at, at + 70_001))
    await vi.waitUntil(() => page.receivedBytes === sent.length, busy)
    expect(Buffer.concat(page.received).equals(sent)).toBe(true)
    expect(page.received.every((chunk) => chunk.buffer.byteLength === chunk.length)).toBe(true)

    page.send(Buffer.from('keys'))
    const [keys] = (await once(stream, 'data')) as [Buffer]
    expect(keys.toString()).toBe('keys')
    page.port.close()
  })

  it('waits for the window after 1 MiB, and goes on as it acknowledges', async () => {
    const { page, stream } = openConsole()
    page.acknowledges = false
    const block = Buffer.alloc(300_000, 1)
    for (let written = 0; written < 20; written += 1) stream.write(block)
    await vi.waitUntil(() => page.receivedBytes === CONSOLE_WINDOW_BYTES, busy)
    expect(stream.writableNeedDrain).toBe(true)
    page.port.postMessage({ ack: 1000 })
    await vi.waitUntil(() => page.receivedBytes === CONSOLE_WINDOW_BYTES + 1000, busy)
    page.acknowledges = true
    page.port.postMessage({ ack: CONSOLE_WINDOW_BYTES })
    await vi.waitUntil(() => page.receivedBytes === 20 * block.length, busy)
    page.port.close()
  })

  it('acknowledges only what its reader took', async () => {
    const { page, stream } = openConsole()
    const block = new Uint8Array(128 * 1024)
    for (let sent = 0; sent < 8; sent += 1) page.send(block) // a full window, and nobody reads
    await vi.waitUntil(() => stream.readableLength >= CONSOLE_WINDOW_BYTES - block.length, busy)
    const acknowledged = () => page.words.reduce<number>((sum, word) => sum + (word as { ack: number }).ack, 0)
    expect(acknowledged()).toBeLessThanOrEqual(CONSOLE_WINDOW_BYTES / 4)
    stream.resume()
    await vi.waitUntil(() => acknowledged() === CONSOLE_WINDOW_BYTES, busy)
    page.port.close()
  })

  it.each([
    ['sends past the window', (page: Page) => page.send(new Uint8Array(CONSOLE_WINDOW_BYTES + 1))],
    ['acknowledges what was never sent', (page: Page) => page.port.postMessage({ ack: 1 })],
    ['acknowledges a negative number', (page: Page) => page.port.postMessage({ ack: -5 })],
    ['says something else', (page: Page) => page.port.postMessage('hello')],
  ])('breaks off when the window %s', async (_what, misbehave) => {
    const { page, stream } = openConsole()
    const failed = once(stream, 'error')
    misbehave(page)
    await failed
    expect(stream.destroyed).toBe(true)
    page.port.close()
  })

  it.each([
    ['says that it is over', (page: Page) => page.port.postMessage({ end: true })],
    ['is gone', (page: Page) => page.port.close()],
  ])('ends without an error when the window %s', async (_what, leave) => {
    const { page, stream } = openConsole()
    leave(page)
    await once(stream, 'close')
    expect(stream.errored).toBeNull()
    page.port.close()
  })
})

describe('consoles that a window opens', () => {
  /** @returns the window's end of a console that shows `ticket` */
  function open(
    connect: (ticket: string, channel: Duplex) => Promise<void>,
    message: unknown = { ticket: 'good' },
  ): Page {
    const [windowConsoles, engineConsoles] = portPair()
    serveConsoles(engineConsoles, connect)
    const [window, engine] = portPair()
    const page = new Page(window)
    windowConsoles.postMessage(message, [engine])
    window.on('close', () => windowConsoles.close())
    return page
  }

  it('are joined to the guest of their ticket', async () => {
    const guest = new PassThrough()
    const page = open(async (ticket, channel) => {
      expect(ticket).toBe('good')
      channel.pipe(guest).pipe(channel)
    })
    page.send(Buffer.from('echo'))
    await vi.waitUntil(() => Buffer.concat(page.received).toString() === 'echo', busy)
    guest.end()
    await once(page.port, 'close')
    expect(page.words.at(-1)).toEqual({ end: true })
  })

  it('hear the code when the engine refuses', async () => {
    const page = open(async (_ticket, channel) => {
      channel.destroy()
      throw new StrataError('not-found', 'No console waits for this ticket.')
    })
    await once(page.port, 'close')
    expect(page.words).toEqual([{ error: 'not-found' }])
  })

  it('hear when the way to the guest breaks', async () => {
    const page = open(async (_ticket, channel) => void channel.destroy(new Error('reset')))
    await once(page.port, 'close')
    expect(page.words).toEqual([{ error: 'connection-lost' }])
  })

  it.each([[{ ticket: 5 }], ['good'], [null], [{ ticket: 'x'.repeat(200) }]])(
    'are closed when they show %j',
    async (message) => {
      const page = open(() => Promise.reject(new Error('never asked')), message)
      await once(page.port, 'close')
      expect(page.words).toEqual([])
    },
  )
})
