import { spawn, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  watch,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { asTestUser, giveToTestUser, testUser, type TestUser } from './test-user.ts'

const START_LIMIT_MS = 30_000

/** A libvirtd of its own for one test file: unprivileged, in a folder of its own, nothing of the user's touched. */
export interface RealDaemon {
  readonly socketPath: string
  /** Where everything of it lives; removed by `stop`. Short, as unix socket paths are limited to 107 bytes. */
  readonly baseFolder: string
  /** A folder that the daemon may read and write, for pools and fleet files. */
  readonly dataFolder: string
  readonly env: Readonly<Record<string, string>>
  readonly user: TestUser
  /** Turns `qemu:///session` or `test:///default` into a URI that reaches this daemon. */
  uri(driverUri: string): string
  /** Kills the daemon alone, as a crash would; guests live on. */
  kill(): Promise<void>
  /** Starts the daemon again after `kill`. */
  start(): Promise<void>
  /** Ends the daemon, its guests and its log daemon by their pids, and removes the folder. */
  stop(): Promise<void>
}

/** Starts libvirtd and virtlogd and waits until they answer. */
export async function startDaemon(): Promise<RealDaemon> {
  const user = testUser()
  const baseFolder = mkdtempSync(join(tmpdir(), 'nl-'))
  chmodSync(baseFolder, 0o755)
  giveToTestUser(user, baseFolder)
  const folder = (name: string, mode = 0o755) => {
    const path = join(baseFolder, name)
    mkdirSync(path, { mode })
    giveToTestUser(user, path)
    return path
  }
  const run = folder('run', 0o700)
  folder('run/libvirt', 0o700)
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: baseFolder,
    XDG_RUNTIME_DIR: run,
    XDG_CONFIG_HOME: folder('config'),
    XDG_CACHE_HOME: folder('cache'),
    XDG_DATA_HOME: folder('share'),
  }
  shareEmulatorProbes(user, folder)
  const socketPath = join(run, 'libvirt/libvirt-sock')
  const start = () => startProcess('/usr/sbin/libvirtd', baseFolder, env, user, socketPath)
  const logDaemon = await startProcess('/usr/sbin/virtlogd', baseFolder, env, user, join(run, 'libvirt/virtlogd-sock'))
  let libvirtd: ChildProcess | null = await start()
  const end = async (signal: NodeJS.Signals) => {
    const ending = libvirtd
    libvirtd = null
    if (ending) await endProcess(ending, signal)
  }
  return {
    socketPath,
    baseFolder,
    dataFolder: folder('data'),
    env,
    user,
    uri: (driverUri) =>
      `${driverUri.replace(/^(\w+):/, '$1+unix:')}${driverUri.includes('?') ? '&' : '?'}socket=${socketPath}`,
    kill: () => end('SIGKILL'),
    start: async () => {
      libvirtd ??= await start()
    },
    stop: async () => {
      const guests = guestPids(run, baseFolder)
      await end('SIGTERM')
      for (const pid of guests) killIfThere(pid)
      await endProcess(logDaemon, 'SIGTERM')
      rmSync(baseFolder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Probing QEMU takes seconds: its result is kept between runs, everything else is new each time. */
function shareEmulatorProbes(user: TestUser, folder: (name: string) => string): void {
  const cacheFolder = process.env['STRATA_TEST_CACHE'] ?? join(tmpdir(), `node-libvirt-cache-${user.userId}`)
  const probes = join(cacheFolder, 'libvirt-capabilities')
  mkdirSync(probes, { recursive: true })
  giveToTestUser(user, probes)
  folder('cache/libvirt')
  symlinkSync(probes, join(folder('cache/libvirt/qemu'), 'capabilities'))
}

async function startProcess(
  program: string,
  baseFolder: string,
  env: Record<string, string>,
  user: TestUser,
  socketPath: string,
): Promise<ChildProcess> {
  const logPath = join(baseFolder, `${program.split('/').at(-1)}.log`)
  const log = openSync(logPath, 'a')
  const [command = '', ...args] = asTestUser(user, [program, '-t', '0'])
  rmSync(socketPath, { force: true })
  const child = spawn(command, args, { env, cwd: '/', detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${program} ended (${code}): ${readFileSync(logPath, 'utf8')}`)))
  })
  failed.catch(() => undefined)
  await Promise.race([untilListening(socketPath), failed])
  return child
}

/** Watches for the socket; between its making and its listening there is nothing to watch, so that is tried again. */
async function untilListening(socketPath: string): Promise<void> {
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
    while (!(await listens(socketPath))) await delay(5, undefined, { signal: giveUp })
  } finally {
    folder.close()
  }
}

function listens(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(patience)
}

/** The guests that this daemon started: QEMU's pid files, believed only if that process names our folder. */
function guestPids(run: string, baseFolder: string): number[] {
  const folder = join(run, 'libvirt/qemu/run')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.pid'))
    .map((name) => Number(readFileSync(join(folder, name), 'utf8')))
    .filter(
      (pid) =>
        pid > 0 &&
        existsSync(`/proc/${pid}/cmdline`) &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(baseFolder),
    )
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
