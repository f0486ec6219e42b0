import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeAuthority, type Authority } from '../../testing/certificates.ts'
import { startListeningDaemon, type ListeningDaemon } from '../../testing/listening-daemon.ts'
import { canRunPolkit, startSystemBus } from '../../testing/system-bus.ts'
import { asTestUser } from '../../testing/test-user.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const opener = fileURLToPath(new URL('../../testing/open-session.ts', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx'))

let authority: Authority

beforeAll(() => {
  authority = makeAuthority(['DNS:localhost'])
})

afterAll(() => authority.remove())

const startDaemonAt = (busAddress: string) =>
  startListeningDaemon({
    auth: { unix: 'polkit' },
    env: { DBUS_SYSTEM_BUS_ADDRESS: busAddress },
    pki: authority.serverFolder,
  })

/** Opens the daemon in a process of the unprivileged user: root is let in without being asked. */
function openAsUser(daemon: ListeningDaemon): Promise<unknown> {
  const [command = '', ...args] = asTestUser(daemon.user, [process.execPath, '--import', tsx, opener])
  const env = { ...daemon.env, OPEN_URI: daemon.uri('test:///default') }
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', reject)
    child.once('close', () => resolve(JSON.parse(output)))
  })
}

describe('a daemon that asks polkit', () => {
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
