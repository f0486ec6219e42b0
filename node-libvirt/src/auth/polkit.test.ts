import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeAuthority, type Authority } from '../../testing/certificates.ts'
import { startListeningDaemon, type ListeningDaemon } from '../../testing/listening-daemon.ts'
import { buildSessionOpener, type SessionOpener } from '../../testing/session-opener.ts'
import { canRunPolkit, startSystemBus } from '../../testing/system-bus.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let authority: Authority
let opener: SessionOpener

beforeAll(async () => {
  authority = makeAuthority(['DNS:localhost'])
  opener = await buildSessionOpener()
})

afterAll(() => {
  authority.remove()
  opener.remove()
})

const startDaemonAt = (busAddress: string) =>
  startListeningDaemon({
    auth: { unix: 'polkit' },
    env: { DBUS_SYSTEM_BUS_ADDRESS: busAddress },
    pki: authority.serverFolder,
  })

/** Opens the daemon in a process of the unprivileged user: root is let in without being asked. */
const openAsUser = (daemon: ListeningDaemon) =>
  opener.open(daemon.user, { ...daemon.env, OPEN_URI: daemon.uri('test:///default') })

describe('a daemon that asks polkit', () => {
  // Root may start a bus and a polkit of the test’s own, where both are installed.
  it.skipIf(!canRunPolkit)('lets nobody in when no agent is there to ask', async () => {
    const bus = await startSystemBus()
    const daemon = await startDaemonAt(bus.address)
    expect(await openAsUser(daemon)).toMatchObject({
      name: 'AuthenticationError',
      reason: 'unavailable',
      message: 'no polkit agent runs that could ask the user',
    })
    await daemon.stop()
    await bus.stop()
  })

  it('lets nobody in where polkit is not there', async () => {
    const daemon = await startDaemonAt('unix:path=/nonexistent/bus')
    expect(await openAsUser(daemon)).toMatchObject({
      name: 'AuthenticationError',
      reason: 'unavailable',
      message: 'the daemon cannot ask polkit',
    })
    await daemon.stop()
  })
})
