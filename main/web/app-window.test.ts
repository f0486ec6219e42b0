import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openAppWindow } from './app-window.ts'
import { browserUser, environmentOf, type BrowserUser } from './browser-user.ts'
import { browserArguments, findBrowser, hasDisplay } from './browser.ts'

let folder: string
let browser: string
const told = () => readFile(join(folder, 'told'), 'utf8')

/** Stands for Chromium: notes its arguments and a copy of the page, then does what a test wants. */
async function installBrowser(then: string): Promise<void> {
  browser = join(folder, 'bin', 'chromium')
  await mkdir(join(folder, 'bin'), { recursive: true })
  const page = `page=$(printf '%s\\n' "$@" | sed -n 's,^--app=file://,,p')`
  const note = `cp "$page" "${folder}/page"; stat -c %a "$page" > "${folder}/mode"; printf '%s\\n' "$@" > "${folder}/told"`
  await writeFile(browser, `#!/bin/sh\n${page}\n${note}\n${then}\n`, { mode: 0o755 })
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-window-'))
})
afterEach(() => rm(folder, { recursive: true }))

const open = (user: BrowserUser = { kind: 'self' }) =>
  openAppWindow({
    browser,
    address: 'http://127.0.0.1:8080/#sign-in=k3y</script>once',
    cacheDir: join(folder, 'cache'),
    user,
  })

describe('the app window', () => {
  it('gets its token through a file of mode 0600, never by an argument', async () => {
    await installBrowser('exit 0')
    const window = await open()
    await window.closed
    expect(await told()).not.toContain('k3y')
    expect((await readFile(join(folder, 'mode'), 'utf8')).trim()).toBe('600')
    const page = await readFile(join(folder, 'page'), 'utf8')
    expect(page).toContain(String.raw`location.replace("http://127.0.0.1:8080/#sign-in=k3y\u003c/script>once")`)
  })

  it('counts as closed when the browser ends, and leaves no page behind', async () => {
    await installBrowser('exit 0')
    await (
      await open()
    ).closed
    expect(await readdir(join(folder, 'cache', 'window'))).toEqual([])
    expect((await stat(join(folder, 'cache', 'window'))).mode & 0o777).toBe(0o700)
  })

  it('ends the browser when it is closed from here', async () => {
    await installBrowser('exec sleep 600')
    const window = await open()
    await window.close()
    await window.closed
  })

  it('says that it cannot be brought to the front by a browser that takes no orders', async () => {
    await installBrowser('exec sleep 600 3<&- 4>&-')
    const window = await open()
    expect(await window.raise('http://127.0.0.1:8080', '/new')).toBe(false)
    await window.close()
  })

  it('fails when the browser cannot be started', async () => {
    browser = join(folder, 'missing')
    await expect((await open()).closed).rejects.toThrow('ENOENT')
  })

  it.each([
    ['takes a profile of its own while another window uses the lasting one', () => process.pid, false],
    ['goes on with the profile of a window that crashed', () => 4_194_303, true],
  ])('%s', async (_title, pid, lasting) => {
    await installBrowser('exit 0')
    await mkdir(join(folder, 'cache', 'window'), { recursive: true })
    await symlink(`${hostname()}-${pid()}`, join(folder, 'cache', 'window', 'SingletonLock'))
    await (
      await open()
    ).closed
    const profile = /--user-data-dir=(.*)/.exec(await told())?.[1]
    expect(profile === join(folder, 'cache', 'window')).toBe(lasting)
    expect(await readdir(join(folder, 'cache'))).toEqual(['window']) // a profile of its own is removed
  })
})

describe('the browser of root', () => {
  it('is the one of the user behind sudo or pkexec, and else runs without sandbox', async () => {
    expect(await browserUser({ SUDO_UID: '1' }, 1000)).toEqual({ kind: 'self' })
    expect(await browserUser({}, 0)).toEqual({ kind: 'root' })
    expect(await browserUser({ SUDO_UID: '0' }, 0)).toEqual({ kind: 'root' })
    expect(await browserUser({ SUDO_UID: '4000000000' }, 0)).toEqual({ kind: 'root' })
    expect(await browserUser({ SUDO_UID: '1' }, 0)).toMatchObject({ kind: 'behind-root', uid: 1, name: 'daemon' })
    expect(await browserUser({ PKEXEC_UID: '1' }, 0)).toMatchObject({ kind: 'behind-root', uid: 1 })
  })

  it('is given the screen and the language, and nothing else of root’s', () => {
    const user = { kind: 'behind-root', uid: 4_000_000, gid: 1, name: 'ada', homeDir: '/home/ada' } as const
    const env = {
      DISPLAY: ':0',
      LC_ALL: 'C',
      SECRET: 'x',
      HOME: '/root',
      XDG_CONFIG_HOME: '/root/.config',
      LD_PRELOAD: 'x',
    }
    expect(environmentOf(user, env)).toEqual({
      DISPLAY: ':0',
      LC_ALL: 'C',
      HOME: '/home/ada',
      USER: 'ada',
      LOGNAME: 'ada',
    })
  })

  // Only root can start a browser as another user.
  it.runIf(process.getuid?.() === 0)(
    'runs as that user, in a profile and from a page that are that user’s alone',
    async () => {
      const user = await browserUser({ SUDO_UID: '1' }, 0)
      await installBrowser(`{ id -u; stat -c '%u %a' "$(dirname "$page")" "$page"; } > "${folder}/who"`)
      await chmod(folder, 0o777)
      const window = await open(user)
      await window.closed
      expect((await readFile(join(folder, 'who'), 'utf8')).trim().split('\n')).toEqual(['1', '1 700', '1 600'])
      const profile = /--user-data-dir=(.*)/.exec(await told())?.[1] ?? ''
      await expect(stat(profile)).rejects.toThrow('ENOENT')
    },
  )
})

describe('the browser', () => {
  it('is the chosen one, else the first known name on the path', async () => {
    await installBrowser('')
    const bin = join(folder, 'bin')
    expect(findBrowser({ PATH: `/nowhere:${bin}` })).toBe(browser)
    await writeFile(join(bin, 'other'), '', { mode: 0o755 })
    expect(findBrowser({ PATH: bin, STRATA_BROWSER: 'other' })).toBe(join(bin, 'other'))
    expect(findBrowser({ PATH: bin, STRATA_BROWSER: '/no/such/browser' })).toBeNull()
  })

  it('is not a file that cannot be executed', async () => {
    await writeFile(join(folder, 'chromium'), '', { mode: 0o644 })
    expect(findBrowser({ PATH: folder, STRATA_BROWSER: 'chromium' })).toBeNull()
  })

  it('goes without its sandbox for root and for nobody else', () => {
    const page = { url: 'file:///p.html', profileDir: '/p' }
    expect(browserArguments({ ...page, isRoot: true })).toContain('--no-sandbox')
    // It would hide the browser's own warning.
    expect(browserArguments({ ...page, isRoot: true })).not.toContain('--test-type')
    expect(browserArguments({ ...page, isRoot: false }).join(' ')).not.toContain('sandbox')
  })

  it('is given no address, only the local page', () => {
    const words = browserArguments({ url: 'file:///p.html', profileDir: '/p', isRoot: false })
    expect(words[0]).toBe('--app=file:///p.html')
    expect(words.join(' ')).not.toMatch(/https?:/)
  })

  // Other systems always have one.
  it.runIf(process.platform === 'linux')('needs a display', () => {
    expect(hasDisplay({})).toBe(false)
    expect(hasDisplay({ DISPLAY: '' })).toBe(false)
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' })).toBe(true)
  })
})
