import { getHeapStatistics } from 'node:v8'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { FakeDaemon, frame, openingScript, type FakeCall, type Script } from '../../testing/fake-daemon.ts'
import type { Connection } from '../connection.ts'
import { Domain } from '../domain.ts'
import { ConnectionError, EventOverflowError, LibvirtError, ProtocolError } from '../errors.ts'
import { openConnection, type OpenOptions } from '../open.ts'
import { REMOTE_PROGRAM } from '../protocol/constants.generated.ts'
import { domainEventTable } from '../protocol/events.generated.ts'
import { StorageVolume } from '../storage-volume.ts'
import { StreamHole } from '../stream.ts'
import { EVENTS_MAX } from './event-queue.ts'
import { messageStatus, messageType } from './frame.ts'

// Some of these make hundreds of sessions.
vi.setConfig({ testTimeout: 60_000 })

const dom = { name: 'one', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 }
const vol = { pool: 'p', name: 'v', key: '/p/v' }

const wholeScript: Script = {
  ...openingScript,
  connectListAllDomains: (call) => call.reply({ domains: [dom, { ...dom, name: 'two' }], ret: 2 }),
  domainGetXmlDesc: (call) => call.reply({ xml: '<domain/>' }),
  domainGetState: (call) => call.fail({ code: 42, domain: 10, message: 'Domain not found' }),
  connectDomainEventCallbackRegisterAny: (call, daemon) => {
    call.reply({ callbackID: 0 })
    daemon.event(domainEventTable.lifecycle, { callbackID: 0, msg: { dom, event: 2, detail: 0 } })
  },
  connectDomainEventCallbackDeregisterAny: (call) => call.reply(),
  domainScreenshot: (call) => {
    call.reply({ mime: 'image/png' })
    call.streamData(Buffer.from('pixels'))
    call.streamEndOfData()
    call.streamFinished()
  },
}

function open(daemon: FakeDaemon, options: OpenOptions = {}): Promise<Connection> {
  return openConnection('qemu:///system', { ...options, connectTransport: daemon.transport })
}

/** What happened to a promise, once it is settled. */
async function outcome<T>(promise: Promise<T>): Promise<T | { error: unknown }> {
  return promise.catch((error: unknown) => ({ error }))
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  const result = await outcome(promise)
  if (typeof result === 'object' && result !== null && 'error' in result) return result.error
  throw new Error('nothing failed')
}

/** A session with one of everything; gives the errors of what failed. */
async function wholeSession(daemon: FakeDaemon): Promise<unknown[]> {
  const opened = await outcome(open(daemon))
  if ('error' in opened) return [opened.error]
  const events = opened.domainEvents('lifecycle')
  const results = await Promise.all([
    outcome(opened.listAllDomains()),
    outcome(opened.call('domainGetXmlDesc', { dom, flags: 0 })),
    outcome(opened.call('domainGetState', { dom, flags: 0 })),
    outcome(new Domain(opened, dom).screenshot()),
    outcome(events.ready),
    outcome(events.next()),
  ])
  await opened.close()
  return results.flatMap((result) =>
    typeof result === 'object' && result !== null && 'error' in result ? [result.error] : [],
  )
}

describe('a session that is cut', () => {
  it('rejects every waiting call with a ConnectionError or ProtocolError, wherever the cut is', async () => {
    const whole = new FakeDaemon(wholeScript)
    const wholeErrors = await wholeSession(whole)
    expect(wholeErrors).toEqual([expect.objectContaining({ code: 'no-domain' })])
    for (let cut = 0; cut < whole.sentBytes; cut++) {
      const errors = await wholeSession(new FakeDaemon(wholeScript, { cutAfterBytes: cut }))
      for (const error of errors) {
        if (error instanceof LibvirtError) expect(error.code).toBe('no-domain')
        else
          expect(
            error instanceof ConnectionError || error instanceof ProtocolError,
            `cut at ${cut}: ${String(error)}`,
          ).toBe(true)
      }
      // Only the answer to the good-bye can be missing without anybody noticing.
      if (cut < whole.sentBytes - 28)
        expect(
          errors.some((error) => error instanceof ConnectionError),
          `cut at ${cut}`,
        ).toBe(true)
    }
  })

  it('works the same when every byte comes alone', async () => {
    const errors = await wholeSession(new FakeDaemon(wholeScript, { byteByByte: true }))
    expect(errors).toEqual([expect.objectContaining({ code: 'no-domain' })])
  })

  it('tells why it is over, and refuses later calls in the same way', async () => {
    const daemon = new FakeDaemon(openingScript)
    const connection = await open(daemon)
    const waiting = failure(connection.getUri())
    daemon.cut()
    expect(await waiting).toMatchObject({ name: 'ConnectionError', reason: 'closed' })
    expect(await connection.closed).toMatchObject({ reason: 'closed' })
    expect(await failure(connection.getUri())).toMatchObject({ reason: 'closed' })
    await connection.close()
  })

  it('rejects what is in flight when its owner closes it, and then ends without a reason', async () => {
    const connection = await open(new FakeDaemon(openingScript))
    const waiting = failure(connection.getUri())
    await connection.close()
    expect(await waiting).toMatchObject({ name: 'ConnectionError', reason: 'closed' })
    expect(await connection.closed).toBeNull()
  })
})

describe('a daemon that sends what cannot be', () => {
  const reply = (serial: number, status: number, write: Parameters<typeof frame>[5]) =>
    frame(REMOTE_PROGRAM, 110, messageType.reply, serial, status, write)
  const wrong: [string, (call: FakeCall<'connectGetUri'>) => Buffer][] = [
    ['a length that is too small', () => Buffer.from([0, 0, 0, 27])],
    ['a length that is too large', () => Buffer.from([0x7f, 0, 0, 0])],
    ['text of a login script', () => Buffer.from('Welcome to the host\n')],
    ['a reply nobody waits for', ({ serial }) => reply(serial + 7, 0, (w) => w.string('x'))],
    ['an answer that is too short', ({ serial }) => reply(serial, 0, () => undefined)],
    ['an answer that is too long', ({ serial }) => reply(serial, 0, (w) => (w.string('x'), w.int(0)))],
    ['a string that lies about its length', ({ serial }) => reply(serial, 0, (w) => (w.uint(0x7fffffff), w.int(0)))],
    ['an error that is no error', ({ serial }) => reply(serial, 1, (w) => w.string('x'))],
    ['a status that is none', ({ serial }) => reply(serial, 3, (w) => w.string('x'))],
    [
      'a reply to another procedure',
      ({ serial }) => frame(REMOTE_PROGRAM, 59, messageType.reply, serial, 0, (w) => w.string('x')),
    ],
    ['a call', ({ serial }) => frame(REMOTE_PROGRAM, 110, messageType.call, serial, 0, () => undefined)],
    [
      'a reply with descriptors',
      ({ serial }) => frame(REMOTE_PROGRAM, 110, messageType.replyWithFds, serial, 0, (w) => w.uint(1)),
    ],
  ]

  it.each(wrong)('closes that connection with a ProtocolError after %s', async (_, bytes) => {
    const daemon = new FakeDaemon({ ...openingScript, connectGetUri: (call) => daemon.send(bytes(call)) })
    const connection = await open(daemon)
    const both = await Promise.all([failure(connection.getUri()), failure(connection.getHostname())])
    for (const error of both) {
      const cause = error instanceof ConnectionError ? error.cause : error
      expect(cause).toBeInstanceOf(ProtocolError)
    }
    expect(await connection.closed).toMatchObject({ reason: 'protocol' })
  })

  it('never makes anything else of garbage than the end of that connection', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 4, maxLength: 400 }), async (bytes) => {
        const daemon = new FakeDaemon({ ...openingScript, connectGetUri: () => (daemon.send(bytes), daemon.cut()) })
        const connection = await open(daemon)
        const error = await failure(connection.getUri())
        expect(error instanceof ConnectionError || error instanceof ProtocolError).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

describe('calls in flight', () => {
  it('get their own answers when these come in the reverse order', async () => {
    const calls: FakeCall<'domainGetXmlDesc'>[] = []
    const daemon = new FakeDaemon({
      ...openingScript,
      domainGetXmlDesc: (call) => {
        calls.push(call)
        if (calls.length === 100) for (const one of calls.toReversed()) one.reply({ xml: `<${one.args.flags}/>` })
      },
    })
    const connection = await open(daemon)
    const numbers = Array.from({ length: 100 }, (_, i) => i)
    const answers = await Promise.all(numbers.map((flags) => connection.call('domainGetXmlDesc', { dom, flags })))
    expect(answers).toEqual(numbers.map((flags) => ({ xml: `<${flags}/>` })))
    await connection.close()
  })

  it('reject with the reason of their signal, and the late answer is dropped', async () => {
    const calls: FakeCall<'connectGetUri'>[] = []
    const daemon = new FakeDaemon({
      ...openingScript,
      connectGetUri: (call) => calls.push(call),
      connectGetHostname: (call) => call.reply({ hostname: 'h' }),
    })
    const connection = await open(daemon)
    const abort = new AbortController()
    const waiting = failure(connection.getUri({ signal: abort.signal }))
    expect(await connection.getHostname()).toBe('h')
    abort.abort(new Error('enough'))
    expect(await waiting).toMatchObject({ message: 'enough' })
    calls[0]?.reply({ uri: 'late' })
    expect(await connection.getHostname()).toBe('h')
    expect(await failure(connection.getUri({ signal: abort.signal }))).toMatchObject({ message: 'enough' })
    await connection.close()
  })

  it('reject with a timeout when there is no answer in time', async () => {
    const connection = await open(new FakeDaemon(openingScript))
    expect(await failure(connection.getUri({ timeoutMs: 5 }))).toMatchObject({
      name: 'ConnectionError',
      reason: 'timeout',
    })
    expect(connection.isOpen).toBe(true)
    await connection.close()
  })

  it('reject with a TypeError, and nothing is sent, when an argument does not fit', async () => {
    const daemon = new FakeDaemon({ ...openingScript, connectGetUri: (call) => call.reply({ uri: 'u' }) })
    const connection = await open(daemon)
    expect(await failure(connection.domainLookupByUUID('no uuid'))).toBeInstanceOf(TypeError)
    expect(await connection.getUri()).toBe('u')
    await connection.close()
  })

  it('leave nothing behind after a hundred thousand of them', async () => {
    const connection = await open(
      new FakeDaemon({ ...openingScript, connectGetUri: (call) => call.reply({ uri: 'u' }) }),
    )
    const batch = async (count: number) => {
      for (let i = 0; i < count; i += 500) await Promise.all(Array.from({ length: 500 }, () => connection.getUri()))
    }
    await batch(20_000)
    const before = getHeapStatistics().used_heap_size
    await batch(80_000)
    expect(getHeapStatistics().used_heap_size - before).toBeLessThan(48 * 1_048_576)
    await connection.close()
  })
})

describe('opening', () => {
  it('gives up in time when the daemon says nothing', async () => {
    expect(await failure(open(new FakeDaemon({}), { timeoutMs: 10 }))).toMatchObject({ reason: 'timeout' })
  })

  it('can be aborted', async () => {
    const opening = failure(open(new FakeDaemon({}), { signal: AbortSignal.abort(new Error('no longer')) }))
    expect(await opening).toMatchObject({ message: 'no longer' })
  })

  it('asks polkit when the daemon wants it, and says who refused', async () => {
    const script: Script = { ...openingScript, authList: (call) => call.reply({ types: [2] }) }
    const accepting = new FakeDaemon({ ...script, authPolkit: (call) => call.reply({ complete: 1 }) })
    await (await open(accepting)).close()
    const refusing = (code: number) =>
      open(new FakeDaemon({ ...script, authPolkit: (call) => call.fail({ code, message: 'no' }) }))
    expect(await failure(refusing(45))).toMatchObject({ name: 'AuthenticationError', reason: 'denied' })
    expect(await failure(refusing(79))).toMatchObject({ name: 'AuthenticationError', reason: 'cancelled' })
    expect(await failure(refusing(94))).toMatchObject({ name: 'AuthenticationError', reason: 'unavailable' })
  })

  it('says that a daemon’s way of authentication is not known', async () => {
    const daemon = new FakeDaemon({ ...openingScript, authList: (call) => call.reply({ types: [99] }) })
    expect(await failure(open(daemon))).toMatchObject({ name: 'AuthenticationError', reason: 'unsupported' })
  })

  it('refuses transports that it does not know how to use', async () => {
    expect(await failure(openConnection('qemu+tcp://host/system'))).toMatchObject({ reason: 'unsupported-transport' })
  })
})

describe('keepalive', () => {
  it('answers a ping at once', async () => {
    const daemon = new FakeDaemon({
      ...openingScript,
      connectGetUri: (call) => (daemon.ping(), call.reply({ uri: 'u' })),
    })
    const connection = await open(daemon)
    await connection.getUri()
    await connection.close()
    expect(daemon.pongs).toBe(1)
  })

  it('ends the connection when the daemon is silent', async () => {
    const connection = await open(new FakeDaemon(openingScript), { keepAlive: { intervalMs: 10, count: 2 } })
    expect(await failure(connection.getUri())).toMatchObject({ reason: 'keepalive' })
    expect(await connection.closed).toMatchObject({ reason: 'keepalive' })
  })

  it('takes any message for a sign of life', async () => {
    const daemon = new FakeDaemon({ ...openingScript, connectGetUri: () => undefined })
    const connection = await open(daemon, { keepAlive: { intervalMs: 20, count: 1 } })
    const talking = setInterval(() => daemon.event(domainEventTable.reboot, { callbackID: 0, msg: { dom } }), 5)
    const error = await failure(connection.getUri({ timeoutMs: 150 }))
    clearInterval(talking)
    expect(error).toMatchObject({ reason: 'timeout' })
    await connection.close()
  })
})

describe('events', () => {
  const counting = () => {
    const counts = { registered: 0, removed: 0 }
    const script: Script = {
      ...openingScript,
      connectDomainEventCallbackRegisterAny: (call) => (
        counts.registered++,
        call.reply({ callbackID: counts.registered })
      ),
      connectDomainEventCallbackDeregisterAny: (call) => (counts.removed++, call.reply()),
    }
    return { counts, daemon: new FakeDaemon(script) }
  }
  const started = { callbackID: 1, msg: { dom, event: 2, detail: 0 } }

  it('are registered once for all listeners and taken back with the last', async () => {
    const { counts, daemon } = counting()
    const connection = await open(daemon)
    const [one, two] = [connection.domainEvents('lifecycle'), connection.domainEvents('lifecycle')]
    await Promise.all([one.ready, two.ready])
    daemon.event(domainEventTable.lifecycle, started)
    for (const events of [one, two])
      expect((await events.next()).value).toMatchObject({ event: 'started', domain: { name: 'one' } })
    await one.return()
    daemon.event(domainEventTable.lifecycle, started)
    expect((await two.next()).done).toBe(false)
    expect(counts).toEqual({ registered: 1, removed: 0 })
    await two.return()
    const again = connection.domainEvents('lifecycle')
    await again.ready
    expect(counts).toEqual({ registered: 2, removed: 1 })
    await connection.close()
    expect((await again.next()).done).toBe(true)
  })

  it('reach only those who want that domain', async () => {
    const { daemon } = counting()
    const connection = await open(daemon)
    const domain = new Domain(connection, dom)
    const mine = connection.domainEvents('lifecycle', { domain })
    await mine.ready
    daemon.event(domainEventTable.lifecycle, {
      ...started,
      msg: { ...started.msg, dom: { ...dom, uuid: '00000000-0000-0000-0000-000000000001' } },
    })
    daemon.event(domainEventTable.lifecycle, { ...started, msg: { ...started.msg, event: 5 } })
    expect((await mine.next()).value).toMatchObject({ event: 'stopped' })
    await connection.close()
  })

  it('fail for a reader that falls too far behind, and memory stays bounded', async () => {
    const { counts, daemon } = counting()
    const connection = await open(daemon)
    const events = connection.domainEvents('lifecycle')
    await events.ready
    for (let i = 0; i <= EVENTS_MAX; i++) daemon.event(domainEventTable.lifecycle, started)
    await outcome(connection.domainEvents('reboot').ready)
    expect(await failure(events.next())).toBeInstanceOf(EventOverflowError)
    expect((await events.next()).done).toBe(true)
    await connection.close()
    expect(counts.removed).toBe(1)
  })

  it('end with the error of the connection, after what had arrived', async () => {
    const { daemon } = counting()
    const connection = await open(daemon)
    const events = connection.domainEvents('lifecycle')
    await events.ready
    daemon.event(domainEventTable.lifecycle, started)
    await outcome(connection.domainEvents('reboot').ready)
    daemon.cut()
    await connection.closed
    expect((await events.next()).done).toBe(false)
    expect(await failure(events.next())).toMatchObject({ reason: 'closed' })
  })

  it('end with their signal', async () => {
    const { counts, daemon } = counting()
    const connection = await open(daemon)
    const abort = new AbortController()
    const events = connection.domainEvents('lifecycle', { signal: abort.signal })
    await events.ready
    const next = events.next()
    abort.abort()
    expect((await next).done).toBe(true)
    await connection.close()
    expect(counts.removed).toBe(1)
  })

  it('reject `ready` and the reader when the daemon refuses', async () => {
    const daemon = new FakeDaemon({
      ...openingScript,
      connectDomainEventCallbackRegisterAny: (call) => call.fail({ code: 3, message: 'no' }),
    })
    const connection = await open(daemon)
    const events = connection.domainEvents('lifecycle')
    expect(await failure(events.ready)).toMatchObject({ code: 'no-support' })
    expect(await failure(events.next())).toMatchObject({ code: 'no-support' })
    await connection.close()
  })
})

describe('a stream', () => {
  // Two threads of a daemon write the consent and the packets; now and then the packets are first.
  it('loses nothing that comes before the consent', async () => {
    const daemon = new FakeDaemon({
      ...openingScript,
      domainScreenshot: (call) => {
        call.streamData(Buffer.from('pix'))
        call.streamData(Buffer.from('els'))
        call.streamEndOfData()
        call.reply({ mime: 'image/png' })
        daemon.onPacket = (_, packet) => packet === 'finish' && call.streamFinished()
      },
    })
    const connection = await open(daemon)
    const picture = await new Domain(connection, dom).screenshot()
    expect(picture.mime).toBe('image/png')
    expect(Buffer.from(picture.data).toString()).toBe('pixels')
    await connection.close()
  })

  it('that is refused fails with the refusal, whatever came before', async () => {
    const daemon = new FakeDaemon({
      ...openingScript,
      domainScreenshot: (call) => (
        call.streamData(Buffer.from('x')),
        call.fail({ code: 55, domain: 10, message: 'not running' })
      ),
    })
    const connection = await open(daemon)
    expect(await failure(new Domain(connection, dom).screenshot())).toMatchObject({ code: 'operation-invalid' })
    expect(connection.isOpen).toBe(true)
    await connection.close()
    expect(await failure(new Domain(connection, dom).screenshot())).toBeInstanceOf(ConnectionError)
  })

  const volume = async (script: Script) => {
    const daemon = new FakeDaemon({
      ...openingScript,
      connectGetUri: (call) => call.reply({ uri: 'u' }),
      ...script,
      storageVolLookupByPath: (call) => call.reply({ vol }),
    })
    const connection = await open(daemon)
    return { daemon, connection, volume: await connection.storageVolLookupByPath('/p/v') }
  }

  it('is over only when the daemon has confirmed, and may still fail until then', async () => {
    const {
      daemon,
      connection,
      volume: target,
    } = await volume({
      storageVolUpload: (call) => {
        call.reply()
        daemon.onPacket = (_, packet) => packet === 'finish' && call.streamFailed({ code: 38, message: 'disk full' })
      },
    })
    expect(await failure(target.upload([Buffer.from('data')]))).toMatchObject({
      name: 'LibvirtError',
      code: 'system-error',
    })
    expect(await connection.getUri()).toBe('u')
    await connection.close()
  })

  it('fails with a ConnectionError when the daemon died and the next write comes before its end is read', async () => {
    const { daemon, volume: target } = await volume({
      storageVolUpload: (call) => {
        call.reply()
        daemon.clientEnd._write = (_chunk, _encoding, done) =>
          done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
      },
    })
    const error = await failure(target.upload([Buffer.alloc(300_000)]))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ reason: 'closed' })
  })

  it('stops its source when the daemon fails in the middle', async () => {
    let sent = 0
    let closed = false
    const {
      daemon,
      connection,
      volume: target,
    } = await volume({
      storageVolUpload: (call) => {
        call.reply()
        daemon.onPacket = () => ((daemon.onPacket = null), call.streamFailed({ code: 38 }))
      },
    })
    async function* endless() {
      try {
        for (;;) yield (sent++, await Promise.resolve(Buffer.alloc(10_000)))
      } finally {
        closed = true
      }
    }
    expect(await failure(target.upload(endless()))).toMatchObject({ code: 'system-error' })
    expect(closed).toBe(true)
    expect(sent).toBeLessThan(1_000)
    await connection.close()
  })

  it('is aborted on the daemon when its source throws or its signal aborts', async () => {
    const {
      daemon,
      connection,
      volume: target,
    } = await volume({
      storageVolUpload: (call) => {
        call.reply()
        daemon.onPacket = (_, packet) => packet === 'abort' && call.streamFinished()
      },
    })
    async function* failing() {
      yield await Promise.resolve(Buffer.from('some'))
      throw new Error('source broke')
    }
    expect(await failure(target.upload(failing()))).toMatchObject({ message: 'source broke' })
    const abort = new AbortController()
    async function* waiting() {
      yield Buffer.from('some')
      abort.abort()
      yield await Promise.resolve(Buffer.from('more'))
    }
    expect(await failure(target.upload(waiting(), { signal: abort.signal }))).toMatchObject({ name: 'AbortError' })
    expect(await connection.getUri()).toBe('u')
    expect(daemon.packets.filter(({ packet }) => packet === 'abort')).toHaveLength(2)
    await connection.close()
  })

  it('is aborted when it is destroyed before the daemon has opened it', async () => {
    const calls: FakeCall<'storageVolDownload'>[] = []
    const { daemon, connection, volume: source } = await volume({ storageVolDownload: (call) => calls.push(call) })
    const stream = source.download()
    expect(await connection.getUri()).toBe('u')
    stream.destroy()
    calls[0]?.reply()
    calls[0]?.streamData(Buffer.from('late'))
    expect(await connection.getUri()).toBe('u')
    expect(daemon.packets.map(({ packet }) => packet)).toEqual(['abort'])
    await connection.close()
  })

  it('fails with the daemon’s refusal to open it', async () => {
    const { connection, volume: source } = await volume({
      storageVolDownload: (call) => call.fail({ code: 50 }),
      storageVolUpload: (call) => call.fail({ code: 50 }),
    })
    expect(await failure(source.download().toArray())).toMatchObject({ code: 'no-storage-vol' })
    expect(await failure(source.upload([Buffer.from('x')]))).toMatchObject({ code: 'no-storage-vol' })
    expect(await failure(source.upload([]))).toMatchObject({ code: 'no-storage-vol' })
    await connection.close()
  })

  it('is not even asked for when its signal has aborted before', async () => {
    let asked = 0
    const daemon = new FakeDaemon({
      ...openingScript,
      storageVolDownload: () => void asked++,
      connectGetUri: (call) => call.reply({ uri: 'u' }),
    })
    const connection = await open(daemon)
    const reason = new Error('not wanted any more')
    const download = new StorageVolume(connection, vol).download({ signal: AbortSignal.abort(reason) })
    expect(await failure(download.toArray())).toBe(reason)
    await connection.getUri()
    expect(asked).toBe(0)
    await connection.close()
  })

  it('is over with the daemon’s error, and what comes after it is dropped', async () => {
    const daemon = new FakeDaemon({
      ...openingScript,
      storageVolDownload: (call) => {
        call.reply()
        call.streamData(Buffer.from('some'))
        call.streamFailed({ code: 38, message: 'disk is gone' })
        call.streamData(Buffer.from('late'))
        call.streamEndOfData()
        call.streamFinished()
      },
      connectGetUri: (call) => call.reply({ uri: 'u' }),
    })
    const connection = await open(daemon)
    const download = new StorageVolume(connection, vol).download()
    expect(await failure(download.toArray())).toMatchObject({ code: 'system-error', message: 'disk is gone' })
    expect(await connection.getUri()).toBe('u')
    await connection.close()
  })

  it('drops what comes after it was aborted, and the connection goes on', async () => {
    const daemon = new FakeDaemon({
      ...openingScript,
      storageVolDownload: (call, from) => {
        call.reply()
        call.streamData(Buffer.from('some'))
        from.onPacket = (_serial, packet) => {
          if (packet !== 'abort') return
          for (let i = 0; i < 100; i++) call.streamData(Buffer.alloc(65_536))
          call.streamFinished()
        }
      },
      connectGetUri: (call) => call.reply({ uri: 'u' }),
    })
    const connection = await open(daemon)
    const download = new StorageVolume(connection, vol).download()
    for await (const chunk of download) {
      expect(String(chunk)).toBe('some')
      break
    }
    expect(await connection.getUri()).toBe('u')
    expect(daemon.packets.map(({ packet }) => packet)).toEqual(['abort'])
    await connection.close()
  })

  it('fails when the connection goes', async () => {
    const {
      daemon,
      connection,
      volume: source,
    } = await volume({ storageVolDownload: (call) => (call.reply(), call.streamData(Buffer.from('x')), daemon.cut()) })
    expect(await failure(source.download().toArray())).toMatchObject({ name: 'ConnectionError' })
    expect(await connection.closed).toMatchObject({ reason: 'closed' })
  })

  it('holds the whole connection back while nobody reads, and goes on where it was', async () => {
    const packet = Buffer.alloc(262_120, 1)
    let sentPackets = 0
    const {
      daemon,
      connection,
      volume: source,
    } = await volume({
      storageVolDownload: (call) => {
        call.reply()
        for (; sentPackets < 40; sentPackets++) call.streamData(packet)
        call.streamEndOfData()
        daemon.onPacket = (_, what) => what === 'finish' && call.streamFinished()
      },
    })
    const stream = source.download()
    await new Promise((resolve) => stream.once('readable', resolve))
    const answered = connection.getUri()
    expect(await failure(connection.getUri({ timeoutMs: 20 }))).toMatchObject({ reason: 'timeout' })
    expect(stream.readableLength).toBeLessThan(3 * 1_048_576)
    let bytes = 0
    for await (const chunk of stream as AsyncIterable<Uint8Array>) bytes += chunk.length
    expect(bytes).toBe(40 * packet.length)
    expect(await answered).toBe('u')
    await connection.close()
  })

  it('tells holes from data, and sends them', async () => {
    const {
      daemon,
      connection,
      volume: both,
    } = await volume({
      storageVolDownload: (call) => {
        const { length } = call.args as { length: bigint }
        call.reply()
        call.streamData(Buffer.from('ab'))
        if (length === 0n) call.streamHole(1_000_000) // all of it; the end of what was sent has no hole
        call.streamEndOfData()
        call.streamFinished()
      },
      storageVolUpload: (call) => {
        call.reply()
        daemon.onPacket = (_, packet) => packet === 'finish' && call.streamFinished()
      },
    })
    const segments: unknown[] = await both.download({ sparse: true }).toArray()
    expect(segments).toEqual([Buffer.from('ab'), new StreamHole(1_000_000)])
    daemon.packets.length = 0
    const progress: number[] = []
    await both.upload([Buffer.from('ab'), new StreamHole(5), Buffer.alloc(65_536)], {
      sparse: true,
      onProgress: (bytes) => progress.push(bytes),
    })
    expect(daemon.packets.map(({ packet }) => packet)).toEqual([
      { bytes: Buffer.from('ab') },
      { holeBytes: 5n },
      { holeBytes: 65_536n },
      'finish',
      'finish', // of the download that looks whether the end is there
    ])
    expect(progress).toEqual([2, 7, 65_543])
    await connection.close()
  })

  it('is not taken for whole where the end of it is not there', async () => {
    const {
      daemon,
      connection,
      volume: target,
    } = await volume({
      storageVolDownload: (call) => {
        expect(call.args).toMatchObject({ offset: 3n, length: 2n })
        call.reply()
        call.streamData(Buffer.alloc(2))
        call.streamEndOfData()
        call.streamFinished()
      },
      storageVolUpload: (call) => {
        call.reply()
        daemon.onPacket = (_, packet) => packet === 'finish' && call.streamFinished()
      },
    })
    expect(await failure(target.upload([Buffer.from('abc'), Buffer.from('de')]))).toMatchObject({
      ...{ name: 'LibvirtError', code: 'system-error', domain: 'streams', procedure: 'storageVolUpload' },
    })
    await connection.close()
  })

  it('carries a console both ways until the guest ends it', async () => {
    const daemon = new FakeDaemon({
      ...openingScript,
      domainLookupByName: (call) => call.reply({ dom }),
      domainOpenConsole: (call) => {
        call.reply()
        call.streamData(Buffer.from('login: '))
        daemon.onPacket = (_, packet) => {
          if (packet === 'finish') call.streamFinished()
          else if (typeof packet === 'object' && 'bytes' in packet) {
            call.streamData(Buffer.concat([Buffer.from('echo '), packet.bytes]))
            call.streamEndOfData()
          }
        }
      },
    })
    const connection = await open(daemon)
    const console = (await connection.domainLookupByName('one')).openConsole()
    console.write('root')
    expect(Buffer.concat(await console.toArray()).toString()).toBe('login: echo root')
    await connection.close()
  })

  it('ends the connection for a hole of less than nothing', async () => {
    const {
      daemon,
      connection,
      volume: source,
    } = await volume({
      storageVolDownload: (call) => {
        call.reply()
        daemon.send(
          frame(
            REMOTE_PROGRAM,
            209,
            messageType.streamHole,
            call.serial,
            messageStatus.continue,
            (w) => (w.hyper(-1), w.uint(0)),
          ),
        )
      },
    })
    expect(await failure(source.download({ sparse: true }).toArray())).toMatchObject({ reason: 'protocol' })
    expect(await connection.closed).toMatchObject({ reason: 'protocol' })
  })
})
