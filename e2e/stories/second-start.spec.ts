import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { chromium, type Browser, type Page } from '@playwright/test'

import { startDisplay } from '../../bench/display.ts'
import { expect, test } from '../fixtures/strata.ts'
import { appEnvironment, type AppSettings } from '../fixtures/shell-app.ts'

test.skip(({ shell }) => shell !== 'web', 'asks for the window that the web shell opens itself')

/** The web shell with its own window, on a screen in memory. */
class OwnWindow {
  #process: ChildProcess | null = null
  #browser: Browser | null = null
  readonly #env: Record<string, string>

  constructor(
    readonly settings: AppSettings,
    display: string,
  ) {
    const env = appEnvironment(settings)
    const browser = join(settings.daemon.dataFolder, settings.name, 'browser')
    const chromiumPath = process.env['STRATA_BROWSER'] ?? '/usr/bin/chromium'
    const more = '--no-sandbox --remote-debugging-port=0'
    writeFileSync(browser, `#!/bin/sh\nexec ${chromiumPath} ${more} "$@"\n`, { mode: 0o755 })
    this.#env = { ...env, DISPLAY: display, STRATA_BROWSER: browser }
  }

  #words(words: readonly string[]): [string, string[]] {
    const { daemon, files } = this.settings
    const [program = '', ...args] = daemon.command([
      process.execPath,
      join(files.folder, 'dist/main/index.js'),
      ...words,
    ])
    return [program, args]
  }

  async open(words: readonly string[] = []): Promise<Page> {
    this.#process = spawn(...this.#words(words), { env: this.#env, stdio: 'ignore' })
    const port = join(this.#env['XDG_CACHE_HOME'] ?? '', 'strata/window/DevToolsActivePort')
    await expect.poll(() => existsSync(port) && readFileSync(port, 'utf8').includes('\n')).toBe(true)
    this.#browser = await chromium.connectOverCDP(`http://127.0.0.1:${readFileSync(port, 'utf8').split('\n')[0]}`)
    const deadlineMs = Date.now() + 20_000
    for (;;) {
      if (Date.now() > deadlineMs) throw new Error('The window went nowhere.')
      const page = this.pages().find((each) => each.url().startsWith('http://127.0.0.1:'))
      if (page !== undefined) return page
      await delay(20)
    }
  }

  pages(): Page[] {
    return this.#browser?.contexts().flatMap((context) => context.pages()) ?? []
  }

  /** Starts Strata once more. @returns what it printed */
  startAgain(words: readonly string[]): string {
    const [program, args] = this.#words(words)
    return execFileSync(program, args, { env: this.#env, encoding: 'utf8' })
  }

  /** @returns the exit code, when the window was closed by its user */
  async closeWindow(page: Page): Promise<number | null> {
    if (this.#process === null) throw new Error('It was not started.')
    const exited = once(this.#process, 'exit')
    await page.close()
    return ((await exited) as [number | null])[0]
  }

  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.#browser?.once('disconnected', resolve))
    this.#process?.kill('SIGKILL')
    await gone
  }
}

test('a second start brings the window to the front and goes to what it asks for', async ({ appSettings, virsh }) => {
  await virsh.defineEmptyMachine('wanted')
  await using display = await startDisplay()
  const window = new OwnWindow(appSettings, display.name)
  const page = await window.open(['--new'])
  await expect(page.getByRole('banner')).toBeVisible()
  await expect(page).toHaveURL(/\/new$/) // and the token is out of the address

  expect(window.startAgain(['--open', 'wanted'])).toContain('brought to the front')
  await expect(page.getByRole('heading', { name: 'wanted', level: 1 })).toBeVisible()
  expect(window.pages()).toHaveLength(1)
  expect(await window.closeWindow(page)).toBe(0)
})

test('the window does not outlive a Strata that crashes', async ({ appSettings }) => {
  await using display = await startDisplay()
  const window = new OwnWindow(appSettings, display.name)
  const page = await window.open()
  await expect(page.getByRole('banner')).toBeVisible()
  await window.kill()
})
