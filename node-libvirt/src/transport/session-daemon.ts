import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ConnectionError } from '../errors.ts'
import { findProgram, type DaemonSocket } from './socket-path.ts'

/** The daemon ends itself after this long without a client, as the reference client asks it to. */
const IDLE_TIMEOUT_S = 120
const RETRY_MS = 25
const START_LIMIT_MS = 30_000
/** A lock whose owner is gone, or that is this old, was left behind by a crash. */
const LOCK_STALE_MS = START_LIMIT_MS * 2

/**
 * Starts the user's daemon and connects to it. A lock file beside the socket keeps two clients from starting two; who
 * does not get it waits for the other's daemon.
 */
export async function spawnSessionDaemon<T>(
  socket: DaemonSocket,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  connect: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(socket.path), { recursive: true, mode: 0o700 })
  const lockPath = `${socket.path}.spawn-lock`
  const giveUpAtMs = Date.now() + START_LIMIT_MS
  while (!takeLock(lockPath)) {
    const connected = await tryConnect(connect)
    if (connected) return connected.value
    if (Date.now() > giveUpAtMs) throw spawnFailed(socket, 'another client started it and it does not answer')
    await delay(RETRY_MS, undefined, { signal })
  }
  try {
    // Between our failure to connect and the lock, another client may have done it all.
    const connected = await tryConnect(connect)
    if (connected) return connected.value
    return await startAndConnect(socket, env, signal, connect)
  } finally {
    rmSync(lockPath, { force: true })
  }
}

async function startAndConnect<T>(
  socket: DaemonSocket,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  connect: () => Promise<T>,
): Promise<T> {
  const program = findProgram(socket.program, env)
  if (program === null) throw spawnFailed(socket, 'its program is not installed')
  const daemon = startDetached(program, env)
  const giveUpAtMs = Date.now() + START_LIMIT_MS
  try {
    for (;;) {
      const connected = await tryConnect(connect)
      if (connected) return connected.value
      const ended = daemon.ended()
      if (ended !== null) throw spawnFailed(socket, ended)
      if (Date.now() > giveUpAtMs) throw spawnFailed(socket, 'it started and does not listen')
      await delay(RETRY_MS, undefined, { signal })
    }
  } finally {
    daemon.letGo()
  }
}

/** The daemon outlives us, so what it says until it listens goes to a file without a name, not to a pipe of ours. */
function startDetached(program: string, env: NodeJS.ProcessEnv): { ended(): string | null; letGo(): void } {
  const outputPath = join(tmpdir(), `node-libvirt-${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`)
  const output = openSync(outputPath, 'wx+', 0o600)
  unlinkSync(outputPath)
  const child: ChildProcess = spawn(program, [`--timeout=${IDLE_TIMEOUT_S}`], {
    detached: true,
    stdio: ['ignore', output, output],
    env,
    cwd: '/',
  })
  let failure: string | null = null
  child.once('error', (error) => (failure = error.message))
  child.once('exit', (code, signalName) => {
    failure ??= `it ended with ${signalName ?? `status ${code}`}: ${readFileSync(`/proc/self/fd/${output}`, 'utf8').trim().slice(-2000)}`
  })
  child.unref()
  const letGo = () => {
    child.removeAllListeners('exit')
    closeSync(output)
  }
  return { ended: () => failure, letGo }
}

/** Only absence is worth another try; everything else is for the caller. */
async function tryConnect<T>(connect: () => Promise<T>): Promise<{ value: T } | null> {
  try {
    return { value: await connect() }
  } catch (error) {
    if (error instanceof ConnectionError && (error.reason === 'not-found' || error.reason === 'refused')) return null
    throw error
  }
}

function takeLock(path: string): boolean {
  try {
    const lock = openSync(path, 'wx', 0o600)
    writeSync(lock, String(process.pid))
    closeSync(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw spawnLockFailed(path, error)
    if (isStale(path)) rmSync(path, { force: true })
    return false
  }
}

function isStale(path: string): boolean {
  try {
    if (Date.now() - statSync(path).mtimeMs > LOCK_STALE_MS) return true
    const owner = Number(readFileSync(path, 'utf8'))
    if (!(owner > 0)) return false // its owner has not written yet
    process.kill(owner, 0)
    return false
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ESRCH' // ENOENT: given back meanwhile; EPERM: alive, of another user
  }
}

function spawnFailed(socket: DaemonSocket, why: string): ConnectionError {
  return new ConnectionError('spawn-failed', `cannot start ${socket.program} for this user: ${why}`)
}

function spawnLockFailed(path: string, cause: unknown): ConnectionError {
  return new ConnectionError('spawn-failed', `cannot lock ${path}`, { cause })
}
