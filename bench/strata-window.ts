import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { chromium, type Page } from '@playwright/test'

import { endGroup, monotonicSeconds, spawnGroup } from './process-group.ts'
import type { StartTimes } from './peers/virt-manager.ts'

const APP = fileURLToPath(new URL('../dist/main/index.js', import.meta.url))
const BROWSER = process.env['STRATA_BROWSER'] ?? '/usr/bin/chromium'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port was found.')
  return address.port
}

/** Attaches to the window as soon as its browser listens; trying again is all there is to wait on from outside. */
async function attach(port: number): Promise<Page> {
  for (;;) {
    try {
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
      const context = browser.contexts()[0]
      if (context === undefined) throw new Error('The window has no page.')
      return context.pages()[0] ?? (await context.waitForEvent('page'))
    } catch (error) {
      if (!String(error).includes('ECONNREFUSED')) throw error
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

/** Runs `look` on the app window as users get it, started from nothing on a host of `uri`; ends it again. */
export async function withStrataWindow<T>(
  uri: string,
  display: string,
  look: (page: Page, startedSeconds: number, pid: number) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'strata-bench-ours-'))
  const port = await freePort()
  const browser = join(home, 'browser')
  writeFileSync(browser, `#!/bin/sh\nexec ${BROWSER} --remote-debugging-port=${port} "$@"\n`)
  chmodSync(browser, 0o755)
  const startedSeconds = monotonicSeconds()
  const child = spawnGroup(process.execPath, [APP], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display,
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_DATA_HOME: join(home, 'data'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_STATE_HOME: join(home, 'state'),
      STRATA_BROWSER: browser,
      STRATA_HOSTS: JSON.stringify([{ id: 'bench', label: 'Bench', uri, kind: 'test' }]),
    },
  })
  try {
    return await look(await attach(port), startedSeconds, child.pid ?? 0)
  } finally {
    await endGroup(child)
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** The list is there when it knows of every machine, shows the first rows, and answers to a frame. */
export function startStrata(uri: string, machines: number, display: string): Promise<StartTimes> {
  return withStrataWindow(uri, display, async (page, startedSeconds) => {
    await page.waitForFunction(() => document.querySelector('#app')?.childElementCount)
    const windowSeconds = monotonicSeconds() - startedSeconds
    await page.waitForFunction((count) => {
      const table = document.querySelector('[role=grid][aria-rowcount]')
      const known = Number(table?.getAttribute('aria-rowcount') ?? 0)
      return known >= count && (table?.querySelectorAll('[role=row]').length ?? 0) > 10
    }, machines)
    return { windowSeconds, listedSeconds: monotonicSeconds() - startedSeconds }
  })
}
