import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { bridge } from './bridge.ts'
import { ScreenSocket } from './screen-socket.ts'

/** Two ends of a real TCP connection. */
async function socketPair(): Promise<[ScreenSocket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const near = new ScreenSocket({ host: '127.0.0.1', port: address.port })
  const [[far]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(near.socket, 'connect')])
  server.close()
  return [near, far]
}

async function plainPair(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [[far]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(near, 'connect')])
  server.close()
  return [near, far]
}

describe('a console bridge', () => {
  let client: Socket, channel: Socket, guest: ScreenSocket, screen: Socket
  let bridged: Promise<void>

  beforeEach(async () => {
    ;[[channel, client], [guest, screen]] = [await plainPair(), await socketPair()]
    bridged = bridge(channel, guest)
  })

  afterEach(async () => {
    for (const socket of [client, channel, guest.socket, screen]) socket.destroy()
    await bridged
  })

  it('carries bytes both ways unchanged', async () => {
    screen.write('RFB 003.008\n')
    expect(String((await once(client, 'data'))[0])).toBe('RFB 003.008\n')
    client.write('RFB 003.008\n')
    expect(String((await once(screen, 'data'))[0])).toBe('RFB 003.008\n')
  })

  it('gives the client the last bytes and then an end when the guest goes', async () => {
    const received: Buffer[] = []
    client.on('data', (bytes: Buffer) => received.push(bytes))
    screen.end(Buffer.alloc(300_000, 7))
    await once(client, 'end')
    await bridged
    expect(Buffer.concat(received).length).toBe(300_000)
    expect(guest.socket.destroyed && channel.destroyed).toBe(true)
  })

  it('ends in good order for the client when the guest is killed', async () => {
    let failed = false
    client.on('error', () => (failed = true)).resume()
    screen.resetAndDestroy()
    await once(client, 'close')
    await bridged
    expect(failed).toBe(false)
  })

  it('lets the guest go when the client does', async () => {
    screen.resume()
    client.destroy()
    await once(screen, 'close')
    await bridged
    expect(guest.socket.destroyed && channel.destroyed).toBe(true)
  })
})

describe('a console bridge to a client that does not read', () => {
  it('stops taking bytes from the guest instead of keeping them', async () => {
    const [guest, screen] = await socketPair()
    let read: (() => void) | null = null
    // A client that takes its first bytes and then, until told, no more.
    const channel = new Duplex({
      read: () => undefined,
      write: (_bytes, _encoding, done) => {
        if (read === null) read = done
        else done()
      },
    })
    const bridged = bridge(channel, guest)
    const block = Buffer.alloc(1024 * 1024)
    let acceptedBlocks = 0
    const pump = () => {
      while (screen.write(block)) acceptedBlocks += 1
      acceptedBlocks += 1
    }
    pump()
    screen.on('drain', pump)
    await waitUntilStill(() => guest.socket.bytesRead)
    expect(guest.socket.bytesRead).toBeLessThan(4 * 1024 * 1024)
    expect(guest.socket.readableLength + channel.writableLength).toBeLessThan(512 * 1024)
    const stuckAt = guest.socket.bytesRead
    ;(read as (() => void) | null)?.()
    await waitUntil(() => guest.socket.bytesRead > stuckAt)
    expect(acceptedBlocks).toBeGreaterThan(0)
    channel.destroy()
    screen.destroy()
    await bridged
  })
})

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

async function waitUntil(holds: () => boolean) {
  while (!holds()) await turn()
}

/** Until the value has not changed for many turns of the event loop, in which any waiting bytes would have been read. */
async function waitUntilStill(value: () => number) {
  for (let last = value(), still = 0; still < 2000; still = value() === last ? still + 1 : 0, last = value())
    await turn()
}
