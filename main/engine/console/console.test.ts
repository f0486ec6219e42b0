import { once } from 'node:events'
import { Duplex, PassThrough } from 'node:stream'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest, type TestGuest } from '../testing/test-guest.ts'
import { decodePng } from './png.ts'

vi.setConfig({ testTimeout: 60_000 }) // real guests, on machines that may be busy

/** The two ends of a shell's channel: what one writes, the other reads. */
function channelPair(): [client: Duplex, channel: Duplex] {
  const [up, down] = [new PassThrough(), new PassThrough()]
  const client = Duplex.from({ readable: down, writable: up })
  const channel = Duplex.from({ readable: up, writable: down })
  for (const end of [client, channel]) end.on('error', () => undefined) // ending one end while the other is written to
  return [client, channel]
}

async function read(from: Duplex, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let have = 0
  while (have < length) {
    const [chunk] = (await once(from, 'data')) as [Buffer]
    chunks.push(chunk)
    have += chunk.length
  }
  return Buffer.concat(chunks)
}

describe("a real guest's console", () => {
  let test: TestEngine
  let guest: TestGuest
  beforeAll(async () => {
    test = await startTestEngine()
    guest = await makeGuest(test, 'screen')
    await guest.domain.create()
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  const ref = () => ({ hostId, uuid: guest.uuid })
  const open = async () => {
    const { ticket } = await test.client.console.open(ref())
    const [client, channel] = channelPair()
    const connected = test.engine.connectConsole(ticket, channel)
    return { client, channel, connected, ticket }
  }

  it('speaks VNC over the channel, both ways', async () => {
    const { client, connected } = await open()
    expect(String(await read(client, 12))).toBe('RFB 003.008\n')
    client.write('RFB 003.008\n')
    expect([...(await read(client, 2))]).toEqual([1, 1]) // one way to sign in: none, as the socket itself is guarded
    client.destroy()
    await connected
  })

  it('lets a ticket in once', async () => {
    const { client, ticket, connected } = await open()
    await read(client, 12)
    const [, second] = channelPair()
    await expect(test.engine.connectConsole(ticket, second)).rejects.toMatchObject({ code: 'not-found' })
    expect(second.destroyed).toBe(true)
    client.destroy()
    await connected
  })

  it('ends in good order when the guest is switched off, and opens again when it is back', async () => {
    const { client, connected } = await open()
    await read(client, 12)
    const ended = once(client.resume(), 'end')
    await test.client.machines.power({ ...ref(), action: 'force-off' })
    await Promise.all([ended, connected])
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'shut-off')
    await expect(test.client.console.open(ref())).rejects.toMatchObject({ code: 'wrong-state' })
    expect(await test.client.console.screenshot({ ...ref(), maxWidthPx: 200 })).toBeNull()
    await test.client.machines.power({ ...ref(), action: 'start' })
    await test.until(({ machines }) => machines.get(guest.uuid)?.state === 'running')
    const again = await open()
    expect(String(await read(again.client, 12))).toBe('RFB 003.008\n')
    again.client.destroy()
    await again.connected
  })

  it('stays open through a reset of the guest', async () => {
    const { client, connected } = await open()
    await read(client, 12)
    await test.client.machines.power({ ...ref(), action: 'reset' })
    client.write('RFB 003.008\n')
    expect([...(await read(client, 2))]).toEqual([1, 1])
    client.destroy()
    await connected
  })

  it('gives a picture that fits the width asked for', async () => {
    const screen = await test.client.console.screenshot({ ...ref(), maxWidthPx: 180 })
    const pixels = await decodePng(new Uint8Array((await screen?.picture.arrayBuffer()) ?? []))
    expect(pixels).toMatchObject({ widthPx: 180 })
  })

  it('takes keys', async () => {
    await test.client.console.sendKeys({ ...ref(), keyCodes: [29, 56, 111] })
  })
})
