import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ScreenSocket } from './screen-socket.ts'

/** The computer that runs the tests may have other work. */
const busy = { timeout: 20_000 }

describe("a guest's screen", () => {
  let guest: Socket
  let screen: ScreenSocket

  beforeEach(async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    screen = new ScreenSocket({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
    ;[guest] = (await once(server, 'connection')) as [Socket]
    server.close()
  })
  afterEach(() => {
    guest.destroy()
    screen.socket.destroy()
  })

  /** A channel that keeps copies of what it was given, and is done with each write when `take` says so. */
  function slowChannel() {
    const received: Buffer[] = []
    let done: (() => void) | null = null
    const channel = new Writable({
      write: (chunk: Buffer, _encoding, taken) => {
        done = () => {
          received.push(Buffer.from(chunk)) // only now: what is overwritten before shows
          taken()
        }
      },
    })
    const take = () => {
      const taken = done
      done = null
      taken?.()
      return taken !== null
    }
    return { channel: channel, received, take }
  }

  it('never overwrites bytes that the channel is not done with', async () => {
    const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 31) % 251))
    const { channel, received, take } = slowChannel()
    screen.pumpInto(channel)
    guest.end(sent)
    const total = () => received.reduce((sum, chunk) => sum + chunk.length, 0)
    await vi.waitUntil(() => (take(), total() === sent.length), { interval: 1, timeout: 10_000 })
    expect(Buffer.concat(received).equals(sent)).toBe(true)
  })

  it('keeps what the guest said before anybody listened', async () => {
    guest.write('RFB 003.008\n')
    await vi.waitUntil(() => screen.socket.bytesRead > 0, busy)
    let received = ''
    const channel = new Writable({
      write: (chunk: Buffer, _encoding, taken) => {
        received += String(chunk)
        taken()
      },
    })
    screen.pumpInto(channel)
    guest.write('more')
    await vi.waitUntil(() => received === 'RFB 003.008\nmore', busy)
  })

  it('ends the channel when the guest ends', async () => {
    const { channel, take } = slowChannel()
    screen.pumpInto(channel)
    guest.end('bye')
    const finished = once(channel, 'finish')
    await vi.waitUntil(take, busy)
    await finished
  })
})
