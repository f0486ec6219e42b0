import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, watch } from 'node:fs'
import { connect, type NetConnectOpts } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inDaemonRoot, type TestUser } from './test-user.ts'

const START_LIMIT_MS = 30_000

export interface DaemonProcess {
  readonly program: string
  readonly args?: readonly string[]
  /** Its log is written there. */
  readonly baseFolder: string
  readonly env: Readonly<Record<string, string>>
  readonly user: TestUser
  readonly socketPath: string
  /** The command that runs another one where the daemon is to live; default: as the user, in the daemons' tree. */
  readonly enter?: (user: TestUser, command: readonly string[]) => string[]
}

/** Starts a daemon and waits until its socket answers. @throws Error with its log when it ends before */
export async function startDaemonProcess(daemon: DaemonProcess): Promise<ChildProcess> {
  const { program, args = [], baseFolder, env, user, socketPath, enter = inDaemonRoot } = daemon
  const logPath = join(baseFolder, `${program.split('/').at(-1)}.log`)
  const log = openSync(logPath, 'a')
  const [command = '', ...rest] = enter(user, [program, '-t', '0', ...args])
  rmSync(socketPath, { force: true })
  const child = spawn(command, rest, { env, cwd: '/', detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${program} ended (${code}): ${readFileSync(logPath, 'utf8')}`)))
  })
  failed.catch(() => undefined)
  await Promise.race([untilSocketListens(socketPath), failed])
  return child
}

export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(patience)
  await untilForksAreGone(child)
}

const FORK_LIMIT_MS = 5_000

/**
 * A daemon that is killed while it starts something leaves a fork of itself, which holds the lock on the pid file until it
 * has become that other program: the next daemon would find it taken. What runs on for itself has left the group.
 */
async function untilForksAreGone({ pid }: ChildProcess): Promise<void> {
  const giveUp = performance.now() + FORK_LIMIT_MS
  while (pid !== undefined && isGroupThere(pid) && performance.now() < giveUp) await delay(5)
}

function isGroupThere(leaderPid: number): boolean {
  try {
    process.kill(-leaderPid, 0)
    return true
  } catch {
    return false
  }
}

/** Watches for the socket. */
async function untilSocketListens(socketPath: string): Promise<void> {
  const giveUp = AbortSignal.timeout(START_LIMIT_MS)
  const folder = watch(join(socketPath, '..'), { signal: giveUp })
  try {
    while (!existsSync(socketPath)) {
      await new Promise((resolve, reject) => {
        folder.once('change', resolve)
        folder.once('error', reject)
        giveUp.addEventListener('abort', () => reject(new Error(`${socketPath} did not appear`)), { once: true })
        if (existsSync(socketPath)) resolve(undefined)
      })
    }
    await untilListening({ path: socketPath })
  } finally {
    folder.close()
  }
}

/** Tries until somebody listens: that is the sign itself, and nothing else announces it. */
export async function untilListening(at: NetConnectOpts): Promise<void> {
  const giveUp = AbortSignal.timeout(START_LIMIT_MS)
  while (!(await listens(at))) await delay(5, undefined, { signal: giveUp })
}

function listens(at: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at)
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
