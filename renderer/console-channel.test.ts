import { describe, expect, it, vi } from 'vitest'

import { PortChannel } from './console-channel.ts'

function consolePair() {
  const { port1, port2 } = new MessageChannel()
  const received: unknown[] = []
  port2.addEventListener('message', (event: MessageEvent<unknown>) => received.push(event.data))
  port2.start()
  return { channel: new PortChannel(port1), engine: port2, received }
}

const bytes = (length: number) => new Uint8Array(length).fill(7)
const sizes = (received: readonly unknown[]) =>
  received.map((data) => (data instanceof ArrayBuffer ? data.byteLength : data))

describe('a console over a port', () => {
  it('copies what it sends, as the sender uses its buffer again', async () => {
    const { channel, received } = consolePair()
    const buffer = new Uint8Array([1, 2, 3, 4])
    channel.send(buffer.subarray(1, 3))
    buffer.fill(9)
    await vi.waitFor(() => {
      expect(received).toHaveLength(1)
    })
    expect(new Uint8Array(received[0] as ArrayBuffer)).toEqual(new Uint8Array([2, 3]))
  })

  it('stops at one mebibyte that is not acknowledged, and goes on after the acknowledgement', async () => {
    const { channel, engine, received } = consolePair()
    channel.send(bytes(1024 * 1024 + 10))
    await vi.waitFor(() => {
      expect(received).toHaveLength(4)
    })
    engine.postMessage({ ack: 1024 * 1024 })
    await vi.waitFor(() => {
      expect(sizes(received).at(-1)).toBe(10)
    })
  })

  it('acknowledges what was handed on, at the latest after 64 KiB', async () => {
    const { channel, engine, received } = consolePair()
    const onmessage = vi.fn()
    channel.onmessage = onmessage
    engine.postMessage(bytes(60_000).buffer)
    engine.postMessage(bytes(6_000).buffer)
    await vi.waitFor(() => {
      expect(received).toEqual([{ ack: 66_000 }])
    })
    expect(onmessage).toHaveBeenCalledTimes(2)
  })

  it.each([
    [{ end: true }, { code: 1000, reason: '' }],
    [{ error: 'not-found' }, { code: 4000, reason: 'not-found' }],
  ])('closes on %o like a socket with %o', async (message, closed) => {
    const { channel, engine } = consolePair()
    const onclose = vi.fn()
    channel.onclose = onclose
    engine.postMessage(message)
    await vi.waitFor(() => {
      expect(onclose).toHaveBeenCalledExactlyOnceWith(closed)
    })
    expect(channel.readyState).toBe('closed')
  })

  it('tells its end after `close` has returned, as a socket does, and once', async () => {
    const { channel } = consolePair()
    const onclose = vi.fn()
    channel.onclose = onclose
    channel.close()
    expect(channel.readyState).toBe('closed')
    expect(onclose).not.toHaveBeenCalled()
    channel.close()
    await Promise.resolve()
    expect(onclose).toHaveBeenCalledExactlyOnceWith({ code: 1000, reason: '' })
  })

  it('says that it leaves', async () => {
    const { channel, received } = consolePair()
    channel.close()
    await vi.waitFor(() => {
      expect(received).toEqual([{ end: true }])
    })
  })
})
