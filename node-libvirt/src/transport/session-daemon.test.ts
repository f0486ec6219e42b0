import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { buildSessionOpener, type SessionOpener } from '../../testing/session-opener.ts'
import { giveToTestUser, testUser } from '../../testing/test-user.ts'

// Daemons and guests share the machine with everything else that is tested at the same time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const user = testUser()

let opener: SessionOpener
let folder: string
let env: Record<string, string>

beforeAll(async () => {
  opener = await buildSessionOpener()
})

afterAll(() => opener.remove())

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nl-'))
  chmodSync(folder, 0o755)
  giveToTestUser(user, folder)
  for (const name of ['run', 'config', 'cache', 'share']) {
    mkdirSync(join(folder, name), { mode: 0o700 })
    giveToTestUser(user, join(folder, name))
  }
  env = {
    PATH: `${join(process.execPath, '..')}:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: folder,
    XDG_RUNTIME_DIR: join(folder, 'run'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_DATA_HOME: join(folder, 'share'),
  }
})

afterEach(() => {
  const pid = daemonPid()
  if (pid !== null) process.kill(pid, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Daemons that are not ours are never touched: ours has our folder in its environment. */
function isOurs(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)
  } catch (error) {
    // Daemons of other tests come and go while we look.
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

function daemonPid(): number | null {
  const pidFile = join(folder, 'run/libvirt/libvirtd.pid')
  const pid = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : ''
  return pid !== '' && isOurs(pid) ? Number(pid) : null
}

/** Opens test:///default in a process of the unprivileged user, as root has no session daemon; gives what it prints. */
const openAsUser = (more: Record<string, string> = {}) => opener.open(user, { ...env, ...more })

describe('opening a session whose daemon does not run', () => {
  it('starts the user’s daemon, which outlives the process that wanted it', async () => {
    expect(await openAsUser()).toEqual({ type: 'TEST' })
    const pid = daemonPid()
    expect(pid).not.toBeNull()
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('--timeout=120')
    expect(await openAsUser()).toEqual({ type: 'TEST' })
    expect(daemonPid()).toBe(pid)
  })

  it('starts one daemon for several who want it at the same time', async () => {
    expect(await Promise.all([openAsUser(), openAsUser(), openAsUser()])).toEqual([
      { type: 'TEST' },
      { type: 'TEST' },
      { type: 'TEST' },
    ])
    const running = execFileSync('pgrep', ['-x', 'libvirtd'], { encoding: 'utf8' }).trim().split('\n')
    const ours = running.filter(isOurs)
    expect(ours).toHaveLength(1)
  })

  it('goes on past a lock that a crash has left behind', async () => {
    mkdirSync(join(folder, 'run/libvirt'), { mode: 0o700 })
    giveToTestUser(user, join(folder, 'run/libvirt'))
    const lock = join(folder, 'run/libvirt/libvirt-sock.spawn-lock')
    writeFileSync(lock, '4194304') // above the largest process id
    giveToTestUser(user, lock)
    expect(await openAsUser()).toEqual({ type: 'TEST' })
  })

  it('says what the daemon said when it does not start', async () => {
    const broken = join(folder, 'broken')
    writeFileSync(broken, '#!/bin/sh\necho cannot find my configuration >&2\nexit 3\n', { mode: 0o755 })
    const { reason, message } = await openAsUser({ LIBVIRTD_PATH: broken })
    expect(reason).toBe('spawn-failed')
    expect(message).toContain('status 3: cannot find my configuration')
  })

  it('leaves it alone when it shall not start one', async () => {
    expect(await openAsUser({ AUTOSPAWN: 'no' })).toMatchObject({ reason: 'not-found' })
    expect(daemonPid()).toBeNull()
  })
})
