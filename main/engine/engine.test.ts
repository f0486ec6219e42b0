import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'

import { createRouterClient } from '@orpc/server'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startDaemon, type RealDaemon } from '../../node-libvirt/testing/real-daemon.ts'
import { createEngine, type Engine } from './engine.ts'
import { sharedKvmTrial } from './testing/shared-kvm-trial.ts'

describe('the engine', () => {
  let daemon: RealDaemon
  let base: string
  beforeAll(async () => {
    daemon = await startDaemon()
    base = await mkdtemp(join(tmpdir(), 'engine-'))
  }, 60_000)
  afterAll(async () => {
    await daemon.stop()
    await rm(base, { recursive: true })
  }, 60_000)

  const dirs = () => ({
    configDir: join(base, 'config'),
    dataDir: join(base, 'data'),
    cacheDir: join(base, 'cache'),
    homeDir: base,
  })
  const log = pino({ level: 'silent' })
  const start = () =>
    createEngine({
      ...dirs(),
      log,
      kvmTrial: sharedKvmTrial(),
      hosts: [
        { id: 'there', label: 'There', uri: daemon.uri('test:///default') },
        { id: 'away', label: 'Away', uri: 'qemu+unix:///session?socket=/nowhere/sock' },
      ],
    })
  const untilKnown = async (engine: Engine) => {
    const states = new Map<string, string>()
    for await (const message of await createRouterClient(engine.router).hosts.watchInventory()) {
      const hosts = message.type === 'snapshot' ? message.hosts : message.hosts.changed
      for (const { id, status } of hosts) states.set(id, status.state)
      if (states.get('there') === 'connected' && states.get('away') === 'unreachable') return
    }
  }

  // The first of the tests: what another one left to end by itself would be taken for ours.
  it('closes every socket, timer and file that it had opened', async () => {
    const before = process.getActiveResourcesInfo()
    /** What is open now beyond that; the test's own timers come and go. */
    const beyond = () => {
      const known = [...before]
      return process.getActiveResourcesInfo().filter((name) => {
        const at = known.indexOf(name)
        if (at >= 0) known.splice(at, 1)
        return at < 0 && name !== 'TickObject' && name !== 'Immediate'
      })
    }
    const engine = await start()
    await untilKnown(engine)
    expect(beyond()).toContain('PipeWrap') // else what follows would prove nothing
    await engine.close()
    await expect.poll(beyond).toEqual([])
  }, 30_000)

  it('is there at once, and shows each host as it answers, or why it does not', async () => {
    const engine = await start()
    const client = createRouterClient(engine.router)
    const first = await (await client.hosts.watchInventory()).next()
    expect(first.value).toMatchObject({ type: 'snapshot', hosts: [{ id: 'there' }, { id: 'away' }] })
    await untilKnown(engine)
    await expect(client.hosts.reconnect({ hostId: 'away' })).rejects.toMatchObject({
      code: 'host-unreachable',
      data: { repairs: [{ action: { kind: 'reconnect-host' } }] },
    })
    const [check] = await client.hosts.checkReadiness({ hostId: 'away' })
    expect(check).toMatchObject({ id: 'connection', level: 'broken' })
    await engine.close()
  }, 30_000)

  it('lets nobody to a console without a ticket', async () => {
    const engine = await start()
    const channel = new PassThrough()
    await expect(engine.connectConsole('made-up', channel)).rejects.toMatchObject({ code: 'not-found' })
    expect(channel.destroyed).toBe(true)
    await engine.close()
  })
})
