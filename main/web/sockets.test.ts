import { once } from 'node:events'
import { createServer, connect as connectTcp, type AddressInfo, type Socket } from 'node:net'
import { PassThrough, type Duplex } from 'node:stream'

import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { RouterClient } from '@orpc/server'
import { typedArraySerializers } from '@strata/contract/typed-arrays.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'

import { CONSOLE_HIGH_WATER_BYTES } from './console-stream.ts'
import { produced, serveSite, type ServedSite, type TestRouter } from './testing/served-site.ts'

/** The computer that runs the tests may have other work. */
const busy = { timeout: 20_000 }

let site: ServedSite
let secret: string

beforeEach(async () => {
  site = await serveSite()
  secret = await site.signIn()
})
afterEach(() => site[Symbol.asyncDispose]())

const protocols = (shown: string) => ['strata', `strata-session.${shown}`]

async function openSocket(path: string): Promise<WebSocket> {
  const socket = new WebSocket(site.server.url.replace('http', 'ws') + path, protocols(secret), {
    origin: site.server.url,
  })
  await once(socket, 'open')
  return socket
}

const closeOf = async (socket: WebSocket) => {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  return { code, reason: reason.toString() }
}

describe('the contract over a WebSocket', () => {
  const clientOn = (socket: WebSocket) =>
    createORPCClient<RouterClient<TestRouter>>(
      new RPCLink({
        // The library is written for the browser's class, which this one follows.
        websocket: socket as unknown as globalThis.WebSocket,
        customJsonSerializers: [...typedArraySerializers],
      }),
    )

  it('answers calls, and carries columns of numbers as such', async () => {
    const socket = await openSocket('/rpc')
    const client = clientOn(socket)
    expect(await client.echo({ name: 'Ada' })).toEqual({ name: 'Ada' })
    expect(await client.columns()).toEqual({ load: new Float32Array([0.5, Number.NaN]) })
    socket.close()
  })

  it('stops an endless stream for a client that does not read, and goes on when it does', async () => {
    const socket = await openSocket('/rpc')
    const client = clientOn(socket)
    const before = produced.count
    const stream = await client.flood()
    await stream.next()
    socket.pause()
    // Full: the system's buffers and ours. Settled when two looks, a ping of another client apart, see the same.
    const other = clientOn(await openSocket('/rpc'))
    let count: number
    do {
      count = produced.count
      for (let round = 0; round < 50; round += 1) await other.echo(round)
    } while (produced.count !== count)
    expect(count - before).toBeLessThan(200) // 50 MB: far below what a stream without an end would have made
    socket.resume()
    for (let more = 0; more < 300; more += 1) await stream.next()
    expect(produced.count).toBeGreaterThan(count)
    socket.terminate()
  })

  it('answers on after messages that no page of ours sends', async () => {
    const uncaught: unknown[] = []
    const note = (reason: unknown) => uncaught.push(reason)
    process.on('unhandledRejection', note)
    for (const message of [
      'garbage',
      '',
      '{}',
      'null',
      '[]',
      '{"i":"1","p":{"u":5}}',
      '{"i":1,"t":9}',
      Buffer.alloc(3),
    ]) {
      const socket = await openSocket('/rpc')
      socket.send(message)
      expect(await clientOn(socket).echo('still here')).toBe('still here')
      socket.terminate()
    }
    process.off('unhandledRejection', note)
    expect(uncaught).toEqual([])
  })

  it('closes with 1009 on a message larger than any request', async () => {
    const socket = await openSocket('/rpc')
    socket.send('x'.repeat(8 * 1024 * 1024 + 1))
    expect((await closeOf(socket)).code).toBe(1009)
    expect(site.warnings).toHaveLength(1)
  })

  it('is told when the program closes', async () => {
    const socket = await openSocket('/rpc')
    const closed = closeOf(socket)
    await site.server.close()
    expect((await closed).code).toBe(1001)
  })
})

describe('a console over a WebSocket', () => {
  /** A guest's screen: a real TCP connection, whose other end is the test's. */
  async function guest(): Promise<{ engineEnd: Socket; guestEnd: Socket }> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const engineEnd = connectTcp((server.address() as AddressInfo).port, '127.0.0.1')
    const [guestEnd] = (await once(server, 'connection')) as [Socket]
    server.close()
    return { engineEnd, guestEnd }
  }

  function join(channel: Duplex, screen: Duplex): void {
    channel.pipe(screen)
    screen.pipe(channel)
    channel.on('close', () => screen.destroy())
  }

  it('carries every byte both ways, in order, whatever the chunks', async () => {
    const { engineEnd, guestEnd } = await guest()
    site.consoles.set('t1', (channel) => join(channel, engineEnd))
    const page = await openSocket('/console/t1')
    guestEnd.pipe(guestEnd) // an echo
    const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 31) % 251))
    const received: Buffer[] = []
    let total = 0
    const whole = new Promise<void>((resolve) => {
      page.on('message', (data: Buffer, isBinary) => {
        expect(isBinary).toBe(true)
        received.push(data)
        total += data.length
        if (total === sent.length) resolve()
      })
    })
    for (let at = 0; at < sent.length; at += 99_991) page.send(sent.subarray(at, at + 99_991))
    await whole
    expect(Buffer.concat(received).equals(sent)).toBe(true)
    page.close(1000)
    await once(guestEnd, 'close')
  })

  it('closes with 4000 and the reason when the ticket is not known, used or late', async () => {
    expect(await closeOf(await openSocket('/console/nobody'))).toEqual({ code: 4000, reason: 'not-found' })
  })

  it('closes with 1000 when the guest ends', async () => {
    const screen = new PassThrough()
    site.consoles.set('t2', (channel) => screen.pipe(channel))
    const page = await openSocket('/console/t2')
    const closed = closeOf(page)
    const last = once(page, 'message')
    screen.end('the last words')
    expect(String((await last)[0])).toBe('the last words')
    expect(await closed).toEqual({ code: 1000, reason: '' })
  })

  it('closes with 4000 when the way to the guest breaks', async () => {
    let channel: Duplex | undefined
    site.consoles.set('t3', (given) => (channel = given))
    const page = await openSocket('/console/t3')
    await vi.waitUntil(() => channel !== undefined, busy)
    channel?.destroy(new Error('reset'))
    expect(await closeOf(page)).toEqual({ code: 4000, reason: 'connection-lost' })
  })

  it('ends the guest side when the page goes without a word', async () => {
    const { engineEnd, guestEnd } = await guest()
    site.consoles.set('t4', (channel) => join(channel, engineEnd))
    const page = await openSocket('/console/t4')
    guestEnd.resume()
    page.terminate()
    await once(guestEnd, 'close')
  })

  it('refuses text, and messages larger than a console needs', async () => {
    site.consoles.set('t5', (channel) => channel.resume())
    const texting = await openSocket('/console/t5')
    texting.send('not bytes')
    expect((await closeOf(texting)).code).toBe(4000)
    site.consoles.set('t6', (channel) => channel.resume())
    const flooding = await openSocket('/console/t6')
    flooding.send(Buffer.alloc(1024 * 1024 + 1))
    expect((await closeOf(flooding)).code).toBe(1009)
  })

  it('holds the guest back while the page does not read, and loses nothing', async () => {
    let channel: Duplex | undefined
    site.consoles.set('t7', (given) => (channel = given))
    const page = await openSocket('/console/t7')
    await vi.waitUntil(() => channel !== undefined, busy)
    if (channel === undefined) throw new Error('no channel')
    page.pause()
    const block = Buffer.alloc(64 * 1024, 7)
    let written = 0
    let mostHeld = 0
    // A source that obeys: it writes until it is told to wait, and goes on at 'drain', until drains stop coming.
    const write = () => {
      while (written < 2048) {
        written += 1
        mostHeld = Math.max(mostHeld, channel?.writableLength ?? 0)
        if (channel?.write(block) !== true) return
      }
    }
    channel.on('drain', write)
    write()
    await vi.waitUntil(() => channel?.writableNeedDrain === true, busy)
    expect(written).toBeLessThan(2048)
    expect(mostHeld).toBeLessThanOrEqual(CONSOLE_HIGH_WATER_BYTES + block.length)

    let received = 0
    const all = new Promise<void>((resolve) => {
      page.on('message', (data: Buffer) => {
        received += data.length
        if (received === 2048 * block.length) resolve()
      })
    })
    page.resume()
    await all
  })

  it('stops reading the page while the guest does not take its bytes', async () => {
    let channel: Duplex | undefined
    site.consoles.set('t8', (given) => (channel = given))
    const page = await openSocket('/console/t8')
    const block = Buffer.alloc(256 * 1024, 1)
    for (let at = 0; at < 128; at += 1) page.send(block) // 32 MiB, and nobody reads the channel
    await vi.waitUntil(() => channel !== undefined && channel.readableLength >= CONSOLE_HIGH_WATER_BYTES, busy)
    expect(channel?.readableLength).toBeLessThanOrEqual(CONSOLE_HIGH_WATER_BYTES + block.length)
    expect(page.bufferedAmount).toBeGreaterThan(0)
    let taken = 0
    const all = new Promise<void>((resolve) => {
      channel?.on('data', (data: Buffer) => {
        taken += data.length
        if (taken === 128 * block.length) resolve()
      })
    })
    await all
    page.close(1000)
  })
})

describe('the heartbeat', () => {
  it('ends a connection whose page no longer answers, and leaves the others', async () => {
    await using beating = await serveSite({ heartbeatMs: 20 })
    const shown = protocols(await beating.signIn())
    const open = async (autoPong: boolean) => {
      const socket = new WebSocket(`${beating.server.url.replace('http', 'ws')}/rpc`, shown, {
        origin: beating.server.url,
        autoPong,
      })
      await once(socket, 'open')
      return socket
    }
    const silent = await open(false)
    const ended = closeOf(silent) // asked for at once: it may end while the other one opens
    const alive = await open(true)
    expect((await ended).code).toBe(1006)
    await once(alive, 'ping')
    await once(alive, 'ping')
    expect(alive.readyState).toBe(WebSocket.OPEN)
    alive.terminate()
  })
})
