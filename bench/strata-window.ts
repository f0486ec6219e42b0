import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Page } from '@playwright/test'

import { attach, BROWSER, freePort } from './attach-window.ts'
import { endGroup, spawnGroup } from './process-group.ts'
import type { StartTimes } from './peers/virt-manager.ts'

const APP = fileURLToPath(new URL('../dist/main/index.js', import.meta.url))
/** Folders of a user, which outlive one start: the second is what people live with. */
export interface StrataHome extends Disposable {
  readonly folder: string
}

export function strataHome(): StrataHome {
  const folder = mkdtempSync(join(tmpdir(), 'strata-bench-ours-'))
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Runs `look` on the app window as users get it, on a host of `uri`; ends it again. @param known absent: from nothing, as on the very first start */
export async function withStrataWindow<T>(
  uri: string,
  display: string,
  look: (page: Page, startedAtMs: number, pid: number) => Promise<T>,
  known?: StrataHome,
): Promise<T> {
  using own = known === undefined ? strataHome() : { folder: known.folder, [Symbol.dispose]: () => undefined }
  const home = own.folder
  const port = await freePort()
  const browser = join(home, 'browser')
  writeFileSync(browser, `#!/bin/sh\nexec ${BROWSER} --remote-debugging-port=${port} "$@"\n`)
  chmodSync(browser, 0o755)
  const startedAtMs = Date.now()
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
      STRATA_HOSTS: JSON.stringify([{ id: 'bench', label: 'Bench', uri }]),
    },
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error('Strata ended before its window was there; is it built (npm run build)?')
  })
  ended.catch(() => undefined) // its end after the look is what we want
  try {
    return await look(await Promise.race([attach(port), ended]), startedAtMs, child.pid ?? 0)
  } finally {
    await endGroup(child)
  }
}

/** Seconds since the start of the process, of a moment that the page names in epoch milliseconds. */
const sinceStart = (startedAtMs: number, atMs: number) => (atMs - startedAtMs) / 1000

/**
 * The window is there with its first contentful paint, by the browser's own record. The list is there when it knows of
 * every machine and shows the first rows, on the page's clock; a browser that is attached to late tells it late, never early.
 */
export function startStrata(uri: string, machines: number, display: string, known?: StrataHome): Promise<StartTimes> {
  return withStrataList(uri, machines, display, (times) => Promise.resolve(times), known)
}

/** The same, where `look` has the window with every machine in its list. @param look gets Strata's process, which started the browser, and the page */
export function withStrataList<T>(
  uri: string,
  machines: number,
  display: string,
  look: (times: StartTimes, pid: number, page: Page) => Promise<T>,
  known?: StrataHome,
): Promise<T> {
  const lookAtList = async (page: Page, startedAtMs: number, pid: number) => {
    const listed = await page.waitForFunction((count) => {
      const table = document.querySelector('[role=grid][aria-rowcount]')
      const known = Number(table?.getAttribute('aria-rowcount') ?? 0)
      const isListed = known >= count && (table?.querySelectorAll('[role=row]').length ?? 0) > Math.min(10, count)
      return isListed ? performance.timeOrigin + performance.now() : false
    }, machines)
    const painted = await page.evaluate(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      return performance.timeOrigin + (paint?.startTime ?? Number.NaN)
    })
    const times = {
      windowSeconds: sinceStart(startedAtMs, painted),
      listedSeconds: sinceStart(startedAtMs, Number(await listed.jsonValue())),
    }
    return look(times, pid, page)
  }
  return withStrataWindow(uri, display, lookAtList, known)
}
