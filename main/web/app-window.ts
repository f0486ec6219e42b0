import { spawn, type ChildProcess } from 'node:child_process'
import { chown, mkdir, mkdtemp, readlink, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { replaceFile } from '@strata/engine/replace-file.ts'

import { environmentOf, type BrowserUser } from './browser-user.ts'
import { browserArguments } from './browser.ts'

export interface AppWindow {
  /** Resolves when the browser has ended, that is when its last window was closed. */
  readonly closed: Promise<void>
  /** Asks the browser to end, and waits for it. */
  close(): Promise<void>
}

/** Opens the browser as a window of ours, signed in by a file that only its user can read. */
export async function openAppWindow(options: {
  browser: string
  url: string
  token: string
  cacheDir: string
  user: BrowserUser
}): Promise<AppWindow> {
  const { user } = options
  const profile = user.kind === 'behind-root' ? await profileOf(user) : await takeProfile(options.cacheDir)
  const pagePath = join(profile.dir, 'open-strata.html')
  await replaceFile(pagePath, openingPage(`${options.url}/login#${options.token}`))
  await profile.handOver(pagePath)
  const child = spawn(
    options.browser,
    browserArguments({ url: pathToFileURL(pagePath).href, profileDir: profile.dir, isRoot: user.kind === 'root' }),
    // Chromium's remarks about GPUs and D-Bus help nobody.
    { stdio: 'ignore', ...(user.kind === 'behind-root' ? asUser(user) : {}) },
  )
  const untilClosed = async () => {
    try {
      await endOf(child)
    } finally {
      await profile.release(pagePath)
    }
  }
  const closed = untilClosed()
  const close = async () => {
    child.kill('SIGTERM')
    await closed
  }
  return { closed, close }
}

/** Goes on to the address at once; being a file of the user, it may carry what must not stand in a command line. */
function openingPage(address: string): string {
  const text = JSON.stringify(address).replaceAll('<', String.raw`\u003c`)
  return `<!doctype html><meta charset="utf-8"><title>Strata</title><script>location.replace(${text})</script>\n`
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
