import type { ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endProcess, startDaemonProcess } from './daemon-process.ts'
import { giveToTestUser, testUser, type TestUser } from './test-user.ts'

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

export interface DaemonOptions {
  /** Puts further files into the daemon's folder; answers more arguments and environment for libvirtd. */
  readonly prepare?: (baseFolder: string, user: TestUser) => { args: string[]; env: Record<string, string> }
}

/**
 * Starts libvirtd and virtlogd and waits until they answer: the machine's own, or those of the tree that
 * STRATA_DAEMON_ROOT names (scripts/daemons), which sees the same files below the folder for temporary ones.
 */
export async function startDaemon({ prepare }: DaemonOptions = {}): Promise<RealDaemon> {
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
  const more = prepare?.(baseFolder, user)
  const start = () =>
    startDaemonProcess({
      program: '/usr/sbin/libvirtd',
      args: more?.args ?? [],
      env: { ...env, ...more?.env },
      ...{ baseFolder, user, socketPath },
    })
  const logSocket = join(run, 'libvirt/virtlogd-sock')
  const logDaemon = await startDaemonProcess({
    program: '/usr/sbin/virtlogd',
    ...{ baseFolder, env, user, socketPath: logSocket },
  })
  // The start, not its end: whoever starts it a second time meanwhile, or kills it, means the same daemon.
  let libvirtd: Promise<ChildProcess> | null = null
  const startOnce = async () => {
    libvirtd ??= start()
    await libvirtd
  }
  try {
    await startOnce()
  } catch (error) {
    await endProcess(logDaemon, 'SIGTERM') // nobody would be told of it
    throw error
  }
  const end = async (signal: NodeJS.Signals) => {
    const ending = libvirtd
    libvirtd = null
    if (ending) await endProcess(await ending, signal)
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
    start: startOnce,
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
  const generation = process.env['STRATA_LIBVIRT_GENERATION'] ?? 'own'
  const fallback = join(tmpdir(), `node-libvirt-cache-${user.userId}`)
  const cacheFolder = join(process.env['STRATA_TEST_CACHE'] ?? fallback, generation)
  const probes = join(cacheFolder, 'libvirt-capabilities')
  mkdirSync(probes, { recursive: true })
  giveToTestUser(user, probes)
  folder('cache/libvirt')
  symlinkSync(probes, join(folder('cache/libvirt/qemu'), 'capabilities'))
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
