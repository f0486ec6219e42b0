import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { HostStatus } from '@strata/contract/hosts.ts'
import { openConnection, type Connection } from 'node-libvirt'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startDaemon, type RealDaemon } from '../../../node-libvirt/testing/real-daemon.ts'
import { deferred } from '../deferred.ts'
import { HostConnection } from './host-connection.ts'
import { Host } from './host.ts'
import { KvmTrial } from './kvm-trial.ts'
import { sharedKvmTrial } from '../testing/shared-kvm-trial.ts'

const log = pino({ level: 'silent' })

/** Resolves when the host's status fits, and collects those on the way. */
function statusOf(host: Host, fits: (status: HostStatus) => boolean): Promise<HostStatus> {
  if (fits(host.status)) return Promise.resolve(host.status)
  return new Promise((resolve) => {
    const stop = host.inventory.changes.listen(() => {
      if (!fits(host.status)) return
      stop()
      resolve(host.status)
    })
  })
}

function whenMachine(host: Host, fits: (name: string) => boolean): Promise<void> {
  const isThere = () => host.inventory.machines().some(({ name }) => fits(name))
  if (isThere()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = host.inventory.changes.listen(() => {
      if (!isThere()) return
      stop()
      resolve()
    })
  })
}

describe('a host whose daemon dies', () => {
  let daemon: RealDaemon
  let host: Host
  beforeAll(async () => {
    daemon = await startDaemon()
    host = new Host(
      { id: 'h', label: 'Test host', uri: daemon.uri('qemu:///session'), autospawn: false },
      { log, kvmTrial: sharedKvmTrial() },
    )
    host.start()
    await host.whenConnected()
  }, 60_000)
  afterAll(async () => {
    await host.close()
    await daemon.stop()
  }, 60_000)

  const define = async (name: string) => {
    const beside = await openConnection(daemon.uri('qemu:///session'))
    await beside.domainDefineXML(
      `<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>`,
    )
    await beside.close()
  }

  it('keeps its last picture, says why it is away, and is right again when the daemon returns', async () => {
    await define('before')
    await whenMachine(host, (name) => name === 'before')
    await daemon.kill()
    const away = await statusOf(
      host,
      (status) => status.state === 'unreachable' && status.problem.code === 'host-unreachable',
    )
    expect(away).toMatchObject({
      problem: { repairs: [{ action: { kind: 'reconnect-host', hostId: 'h' } }] },
      lastSeenMs: expect.any(Number) as number,
      retryAtMs: expect.any(Number) as number,
    })
    expect(host.inventory.machines().map(({ name }) => name)).toEqual(['before'])
    expect(() => host.connection()).toThrow(expect.objectContaining({ code: 'host-unreachable' }))
    await expect(host.slow(async (connection) => connection.getHostname())).rejects.toMatchObject({
      code: 'host-unreachable',
    })
    await expect(host.reconnect()).rejects.toMatchObject({ code: 'host-unreachable' })
    await daemon.start()
    await host.whenConnected()
    // Events come again on the new connection, and so do slow calls.
    await define('after')
    await whenMachine(host, (name) => name === 'after')
    expect(await host.slow((connection) => connection.getType())).toBe('QEMU')
  }, 60_000)

  it('notices what came and went while nobody could tell it', async () => {
    const folder = join(daemon.env['XDG_CONFIG_HOME'] ?? '', 'libvirt/qemu')
    await define('goes')
    await whenMachine(host, (name) => name === 'goes')
    await daemon.kill()
    await statusOf(host, ({ state }) => state === 'unreachable')
    // What a daemon knows is in its files: no event ever tells of this.
    const xml = await readFile(join(folder, 'goes.xml'), 'utf8')
    await rm(join(folder, 'goes.xml'))
    await writeFile(join(folder, 'came.xml'), xml.replaceAll('goes', 'came').replace(/<uuid>.*<\/uuid>/, ''))
    await daemon.start()
    await host.whenConnected()
    const names = host.inventory.machines().map(({ name }) => name)
    expect(names).toContain('came')
    expect(names).not.toContain('goes')
  }, 60_000)

  it('works on four slow calls at a time, and lets quick ones pass', async () => {
    let [now, most] = [0, 0]
    const gate: (() => void)[] = []
    const slow = Array.from({ length: 6 }, () =>
      host.slow(async (connection) => {
        now += 1
        most = Math.max(most, now)
        await connection.getHostname()
        await new Promise<void>((resolve) => gate.push(resolve))
        now -= 1
      }),
    )
    await expect.poll(() => gate.length).toBe(4)
    expect(await host.connection().getType()).toBe('QEMU')
    for (let released = 0; released < 6; released += 1) {
      await expect.poll(() => gate.length).toBeGreaterThan(0)
      gate.shift()?.()
    }
    await Promise.all(slow)
    expect(most).toBe(4)
  }, 30_000)

  it('makes one agent call per guest at a time', async () => {
    const order: string[] = []
    const call = (uuid: string, name: string, until: Promise<void>) =>
      host.agentCall(uuid, async () => {
        order.push(`${name} begins`)
        await until
        order.push(`${name} ends`)
      })
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const first = call('a', 'first', held)
    const second = call('a', 'second', Promise.resolve())
    await call('b', 'other guest', Promise.resolve())
    expect(order).toEqual(['first begins', 'other guest begins', 'other guest ends'])
    release()
    await Promise.all([first, second])
    expect(order.slice(3)).toEqual(['first ends', 'second begins', 'second ends'])
  }, 30_000)
})

describe('a host without a daemon', () => {
  it('is told of as unreachable and can be closed while it tries', async () => {
    const host = new Host(
      { id: 'h', label: 'Nobody', uri: 'qemu+unix:///session?socket=/nowhere/libvirt-sock' },
      { log, kvmTrial: new KvmTrial('/nowhere') },
    )
    host.start()
    const status = await statusOf(host, ({ state }) => state === 'unreachable')
    expect(status).toMatchObject({
      lastSeenMs: null,
      problem: { said: { english: 'The libvirt daemon of Nobody is not running.' } },
    })
    const waiting = host.whenConnected()
    await host.close()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('a host that is closed while it connects', () => {
  it('leaves no connection behind, however far it had come', async () => {
    const opened: Connection[] = []
    const preparing = deferred<undefined>()
    const daemon = await startDaemon()
    const connection = new HostConnection({
      open: async (signal) => {
        const one = await openConnection(daemon.uri('test:///default'), { signal })
        opened.push(one)
        return one
      },
      prepare: async (one) => {
        preparing.resolve(undefined)
        await one.closed // as a load would that waits for an answer
      },
      explain: () => Promise.reject(new Error('nobody is left to tell')),
      onStatus: () => undefined,
    })
    connection.start()
    await preparing.promise
    await connection.close()
    expect(opened.map(({ isOpen }) => isOpen)).toEqual([false])
    await daemon.stop()
  }, 60_000)
})
