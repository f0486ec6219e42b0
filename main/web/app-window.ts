import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readlink, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { replaceFile } from '@strata/engine/replace-file.ts'

import { browserArguments } from './browser.ts'

export interface AppWindow {
  /** Resolves when the browser has ended, that is when its last window was closed. */
  readonly closed: Promise<void>
  /** Asks the browser to end, and waits for it. */
  close(): Promise<void>
}

/** Opens the browser as a window of ours, signed in by a file that only this user can read. */
export async function openAppWindow(options: {
  browser: string
  url: string
  token: string
  cacheDir: string
}): Promise<AppWindow> {
  const profile = await takeProfile(options.cacheDir)
  const pagePath = join(profile.dir, 'open-strata.html')
  await replaceFile(pagePath, openingPage(`${options.url}/login#${options.token}`))
  const child = spawn(
    options.browser,
    browserArguments({ url: pathToFileURL(pagePath).href, profileDir: profile.dir, isRoot: process.getuid?.() === 0 }),
    { stdio: 'ignore' }, // Chromium's remarks about GPUs and D-Bus help nobody
  )
  const untilClosed = async () => {
    try {
      await endOf(child)
    } finally {
      await Promise.all([rm(pagePath, { force: true }), profile.release()])
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
async function takeProfile(cacheDir: string): Promise<{ dir: string; release(): Promise<void> }> {
  const lasting = join(cacheDir, 'window')
  await mkdir(lasting, { recursive: true, mode: 0o700 })
  if (!(await isInUse(lasting))) return { dir: lasting, release: () => Promise.resolve() }
  const dir = await mkdtemp(join(cacheDir, 'window-'))
  return { dir, release: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }) }
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
