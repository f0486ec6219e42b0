import { spawn, type ChildProcess } from 'node:child_process'
import { chown, mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { BrowserPipe } from './browser-pipe.ts'
import { environmentOf, type BrowserUser } from './browser-user.ts'
import { browserArguments } from './browser.ts'
import { openingPage } from './opening-page.ts'

export interface AppWindow {
  /** Resolves when the browser has ended, that is when its last window was closed. */
  readonly closed: Promise<void>
  /** Brings it to the front, on a page of its own where one is told. False: the browser did not do it. */
  raise(origin: string, page: string | null): Promise<boolean>
  /** One more window of the same browser. */
  openAnother(address: string): Promise<void>
  /** Asks the browser to end, and waits for it. */
  close(): Promise<void>
}

/** Opens the browser as a window of ours on an address that it gets by a file that only its user can read. */
export async function openAppWindow(options: {
  browser: string
  /** With a token behind its #. */
  address: string
  cacheDir: string
  user: BrowserUser
}): Promise<AppWindow> {
  const { user } = options
  const profile = user.kind === 'behind-root' ? await profileOf(user) : await takeProfile(options.cacheDir)
  const pagePath = join(profile.dir, 'open-strata.html')
  const run = async (address: string) => {
    await rm(pagePath, { force: true }) // whatever a crash has left
    await writeFile(pagePath, openingPage(address), { flag: 'wx', mode: 0o600 })
    await profile.handOver(pagePath)
    const page = { url: pathToFileURL(pagePath).href, profileDir: profile.dir, isRoot: user.kind === 'root' }
    return spawn(options.browser, browserArguments(page), {
      // Chromium's remarks about GPUs and D-Bus help nobody; the two pipes are for `BrowserPipe`.
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      ...(user.kind === 'behind-root' ? asUser(user) : {}),
    })
  }
  const child = await run(options.address)
  const pipe = BrowserPipe.of(child)
  const untilClosed = async () => {
    try {
      await endOf(child)
    } finally {
      await profile.release(pagePath)
    }
  }
  const closed = untilClosed()
  return {
    closed,
    raise: async (origin, page) => (await pipe?.raise(origin, page)) ?? false,
    // A browser that is started once more on the same profile gives the page to the one that runs, and ends.
    openAnother: async (address) => endOf(await run(address)),
    close: async () => {
      child.kill('SIGTERM')
      await closed
    },
  }
}

/**
 * The profile that remembers the window's place, or a fresh one while another Strata uses it: a browser that
 * finds its profile in use hands the page over to the other process and ends.
 */
async function takeProfile(cacheDir: string): Promise<Profile> {
  const handOver = () => Promise.resolve()
  const lasting = join(cacheDir, 'window')
  await mkdir(lasting, { recursive: true, mode: 0o700 })
  if (!(await isInUse(lasting))) return { dir: lasting, handOver, release: (pagePath) => rm(pagePath, { force: true }) }
  const dir = await mkdtemp(join(cacheDir, 'window-'))
  return { dir, handOver, release: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }) }
}

interface Profile {
  readonly dir: string
  /** Makes folder and page the browser's own. */
  handOver(pagePath: string): Promise<void>
  /** Removes what is not to stay. */
  release(pagePath: string): Promise<void>
}

type UserBehind = BrowserUser & { kind: 'behind-root' }

const asUser = (user: UserBehind) => ({
  uid: user.uid,
  gid: user.gid,
  env: environmentOf(user, process.env),
  cwd: '/',
})

/**
 * A fresh profile for another user. It is root's until the page is in it, so that nobody can put a link in its way, and
 * removed by that user: root would follow where its owner leads.
 */
async function profileOf(user: UserBehind): Promise<Profile> {
  const dir = await mkdtemp(join(tmpdir(), 'strata-window-'))
  return {
    dir,
    handOver: async (pagePath) => {
      await chown(pagePath, user.uid, user.gid)
      await chown(dir, user.uid, user.gid)
    },
    release: () => endOf(spawn('rm', ['-rf', '--', dir], { stdio: 'ignore', ...asUser(user) })),
  }
}

/** Chromium's own mark: a symbolic link to `HOST-PID`. */
async function isInUse(profileDir: string): Promise<boolean> {
  const mark = await readlink(join(profileDir, 'SingletonLock')).catch(() => null) // no link: never used, or ended well
  if (mark === null) return false
  const dash = mark.lastIndexOf('-')
  if (mark.slice(0, dash) !== hostname()) return true // a home on the network, and a window on another computer
  try {
    process.kill(Number(mark.slice(dash + 1)), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // there, but of another user
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject) // it could not be started at all
    child.once('exit', () => resolve())
  })
}
