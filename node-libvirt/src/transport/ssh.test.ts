import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { writeFleet } from '../../testing/fleet-file.ts'
import { freePort } from '../../testing/free-port.ts'
import { startDaemon, type RealDaemon } from '../../testing/real-daemon.ts'
import { PASSPHRASE, folderOfPrograms, startSshServer, type SshServer } from '../../testing/ssh-server.ts'
import type { CredentialsWanted } from '../auth/credentials.ts'
import { openConnection, type OpenOptions } from '../open.ts'
import { openForward } from './ssh.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let daemon: RealDaemon
let fleet: string
let server: SshServer

beforeAll(async () => {
  daemon = await startDaemon()
  fleet = new URL(writeFleet(daemon, 'fleet.xml', [{ name: 'web', state: 'running' }])).pathname
  server = await startSshServer([`SetEnv XDG_RUNTIME_DIR=${daemon.env['XDG_RUNTIME_DIR'] ?? ''}`])
})

afterAll(async () => {
  await server.stop()
  await daemon.stop()
})

type Parameters = Readonly<Record<string, string | null>>

/** A URI of the session's daemon behind `at`, and the fleet in it; a parameter that is null is left out. */
function uriAt(at: SshServer, parameters: Parameters = {}): string {
  const all: Parameters = {
    command: at.sshCommand,
    keyfile: at.keys.key,
    known_hosts: at.knownHosts,
    name: `test://${fleet}`,
    ...parameters,
  }
  const query = Object.entries(all).flatMap(([key, value]) =>
    value === null ? [] : [`${key}=${encodeURIComponent(value)}`],
  )
  return `qemu+ssh://${at.userName}@127.0.0.1:${at.port}/session?${query.join('&')}`
}

async function namesVia(uri: string, options: OpenOptions = {}): Promise<string[]> {
  const connection = await openConnection(uri, options)
  const domains = await connection.listAllDomains()
  await connection.close()
  return domains.map((domain) => domain.name)
}

/** How the opening fails; with ssh's words, so that a failed test tells them. */
async function failure(uri: string, options: OpenOptions = {}): Promise<unknown> {
  return openConnection(uri, { timeoutMs: 30_000, ...options }).then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  )
}

const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

describe('a connection by ssh', () => {
  it.each(['auto', 'native', 'netcat'])('reaches the daemon with proxy=%s', async (proxy) => {
    expect(await namesVia(uriAt(server, { proxy }))).toEqual(['web'])
  })

  it('reaches the daemon at a socket that is named', async () => {
    expect(await namesVia(uriAt(server, { socket: daemon.socketPath }))).toEqual(['web'])
  })

  it('carries many calls and large answers at once', async () => {
    const connection = await openConnection(uriAt(server))
    const answers = await Promise.all(Array.from({ length: 200 }, () => connection.getCapabilities()))
    expect(new Set(answers).size).toBe(1)
    await connection.close()
  })

  it('leaves no ssh behind when it is closed', async () => {
    const connection = await openConnection(uriAt(server))
    const pid = server.sshPid()
    expect(isAlive(pid)).toBe(true)
    await connection.close()
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 })
  })

  it('is told when ssh dies', async () => {
    const connection = await openConnection(uriAt(server))
    process.kill(server.sshPid(), 'SIGKILL')
    expect(await connection.closed).toMatchObject({ name: 'ConnectionError', reason: 'closed' })
  })

  it('ends ssh when the opening is aborted', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const opening = new AbortController()
    silent.once('connection', () => opening.abort(new Error('enough')))
    await expect(openConnection(uriAt({ ...server, port }), { signal: opening.signal })).rejects.toThrow('enough')
    await vi.waitFor(() => expect(isAlive(server.sshPid())).toBe(false), { timeout: 10_000 })
    silent.close()
  })
})

describe('the other host', () => {
  const startWithPath = async (name: string, programs: readonly string[], runtime: string) => {
    const path = folderOfPrograms(server, name, programs)
    return startSshServer([`SetEnv PATH=${path} XDG_RUNTIME_DIR=${runtime} XDG_CACHE_HOME=/nonexistent`])
  }
  const nc = ['sh', 'grep', 'id', 'nc']

  it('without virt-ssh-helper is reached by nc, which finds the session’s socket', async () => {
    const old = await startWithPath('nc-only', nc, daemon.env['XDG_RUNTIME_DIR'] ?? '')
    expect(await namesVia(uriAt(old))).toEqual(['web'])
    await old.stop()
  })

  it('without either of them is named as the reason', async () => {
    const bare = await startWithPath('bare', ['sh', 'grep', 'id'], '/nonexistent')
    expect(await failure(uriAt(bare))).toMatchObject({
      reason: 'helper-missing',
      detail: expect.stringContaining('neither virt-ssh-helper nor nc') as string,
    })
    expect(await failure(uriAt(bare, { proxy: 'native' }))).toMatchObject({ reason: 'helper-missing' })
    await bare.stop()
  })

  it('without a daemon is named as the reason', async () => {
    const empty = await startWithPath('empty', nc, '/nonexistent')
    expect(await failure(uriAt(empty))).toMatchObject({ reason: 'not-found' })
    expect(await failure(uriAt(server, { socket: '/nonexistent/sock' }))).toMatchObject({
      reason: 'unreachable',
      detail: expect.stringContaining('/nonexistent/sock') as string,
    })
    await empty.stop()
  })

  it('with a login script that prints is told with what it printed', async () => {
    const chatty = await startSshServer(['ForceCommand echo Welcome to the lab; eval "$SSH_ORIGINAL_COMMAND"'])
    expect(await failure(uriAt(chatty))).toMatchObject({
      reason: 'unexpected-output',
      detail: expect.stringContaining('Welcome to the lab') as string,
    })
    await chatty.stop()
  })
})

describe('ssh', () => {
  it('that does not know the host’s key says so', async () => {
    const known_hosts = server.newKnownHosts('nobody')
    expect(await failure(uriAt(server, { known_hosts }))).toMatchObject({ reason: 'host-key-unknown' })
    expect(readFileSync(known_hosts, 'utf8')).toBe('')
  })

  it('that knows another key of the host says so', async () => {
    const other = readFileSync(`${server.keys.stranger}.pub`, 'utf8')
    const known_hosts = server.newKnownHosts('changed', `[127.0.0.1]:${server.port} ${other}`)
    expect(await failure(uriAt(server, { known_hosts }))).toMatchObject({ reason: 'host-key-changed' })
  })

  it.each([{ no_verify: '1' }, { known_hosts_verify: 'ignore' }, { known_hosts_verify: 'auto' }])(
    'believes an unknown host with %o',
    async (parameters) => {
      const known_hosts = server.newKnownHosts('trusting')
      expect(await namesVia(uriAt(server, { known_hosts, ...parameters }))).toEqual(['web'])
    },
  )

  it('that is not let in gives an AuthenticationError', async () => {
    expect(await failure(uriAt(server, { keyfile: server.keys.stranger, sshauth: 'privkey' }))).toMatchObject({
      name: 'AuthenticationError',
      reason: 'denied',
      detail: expect.stringContaining('Permission denied') as string,
    })
  })

  it('finds nobody on a closed port, no host by a wrong name, and may not be installed', async () => {
    expect(await failure(uriAt({ ...server, port: await freePort() }))).toMatchObject({ reason: 'refused' })
    expect(await failure(uriAt(server).replace('127.0.0.1', 'nowhere.invalid'))).toMatchObject({ reason: 'not-found' })
    expect(await failure(uriAt(server, { command: '/nonexistent/ssh' }))).toMatchObject({ reason: 'helper-missing' })
  })

  it('asks through `credentials`: for a new host’s key, and for a key’s passphrase', async () => {
    const known_hosts = server.newKnownHosts('asked')
    const asked: CredentialsWanted[] = []
    const credentials = (wanted: CredentialsWanted) => {
      asked.push(wanted)
      return Promise.resolve([wanted.questions[0]?.kind === 'confirmation' ? 'yes' : PASSPHRASE])
    }
    const uri = uriAt(server, { known_hosts, keyfile: server.keys.locked, sshauth: 'privkey' })
    expect(await namesVia(uri, { credentials })).toEqual(['web'])
    expect(asked.map(({ by, questions }) => [by, questions[0]?.kind])).toEqual([
      ['ssh', 'confirmation'],
      ['ssh', 'passphrase'],
    ])
    expect(readFileSync(known_hosts, 'utf8')).toContain('127.0.0.1')
  })

  it('gives up when the user does not want to answer, or the asking fails', async () => {
    const uri = uriAt(server, { keyfile: server.keys.locked, sshauth: 'privkey' })
    expect(await failure(uri, { credentials: () => Promise.resolve(null) })).toMatchObject({
      name: 'AuthenticationError',
      reason: 'cancelled',
    })
    const broken = new Error('the dialog broke')
    expect(await failure(uri, { credentials: () => Promise.reject(broken) })).toMatchObject({
      reason: 'unavailable',
      cause: broken,
    })
  })

  it('asks nothing with no_tty', async () => {
    const credentials = vi.fn(() => Promise.resolve(['x']))
    const uri = uriAt(server, { keyfile: server.keys.locked, sshauth: 'privkey', no_tty: '1' })
    expect(await failure(uri, { credentials })).toMatchObject({ reason: 'denied' })
    expect(credentials).not.toHaveBeenCalled()
  })
})

describe('a way through ssh', () => {
  let echo: Server
  const base = () => uriAt(server)

  beforeAll(async () => {
    echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await once(echo, 'listening')
  })
  afterAll(() => void echo.close())

  const answer = async (to: { host: string; port: number } | { path: string }) => {
    const stream = await openForward(base(), to)
    stream.write('a picture')
    const [bytes] = (await once(stream, 'data')) as [Buffer]
    stream.destroy()
    return bytes.toString()
  }

  it('leads to a port of the other host', async () => {
    const address = echo.address()
    const port = typeof address === 'object' && address ? address.port : 0
    expect(await answer({ host: '127.0.0.1', port })).toBe('a picture')
  })

  it('leads to a unix socket of the other host', async () => {
    const folder = join(daemon.dataFolder, 'sockets')
    mkdirSync(folder)
    const path = join(folder, 'it’s')
    const local = createServer((socket) => socket.pipe(socket)).listen(path)
    await once(local, 'listening')
    chmodSync(path, 0o777)
    expect(await answer({ path })).toBe('a picture')
    local.close()
  })

  it('says when nothing listens there', async () => {
    const stream = await openForward(base(), { host: '127.0.0.1', port: await freePort() })
    const [error] = (await once(stream, 'error')) as [Error]
    expect(error).toMatchObject({ name: 'ConnectionError', reason: 'refused' })
  })

  it('is only for ssh', async () => {
    await expect(openForward('qemu:///system', { path: '/x' })).rejects.toThrow(TypeError)
  })
})

describe('a program of one’s own', () => {
  it('carries the connection with the transport ext', async () => {
    const program = join(server.baseFolder, 'carrier')
    writeFileSync(program, `#!/bin/sh\nexec nc -U ${daemon.socketPath}\n`, { mode: 0o755 })
    expect(await namesVia(`test+ext://${fleet}?command=${program}`)).toEqual(['web'])
    expect(await failure(`test+ext://${fleet}?command=${tmpdir()}/none`)).toMatchObject({ reason: 'helper-missing' })
    writeFileSync(program, '#!/bin/sh\necho no way >&2\nexit 3\n')
    expect(await failure(`test+ext://${fleet}?command=${program}`)).toMatchObject({
      reason: 'unreachable',
      detail: 'no way',
    })
    expect(await failure(`test+ext://${fleet}`)).toBeInstanceOf(TypeError)
  })
})
