import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { browserArguments } from '../../main/web/browser.ts'
import { attach, BROWSER, freePort } from '../attach-window.ts'
import { endGroup, spawnGroup } from '../process-group.ts'

/** A profile that outlives one start, as a user's does. */
export interface BlankBrowser extends Disposable {
  readonly profileDir: string
}

export function blankBrowser(): BlankBrowser {
  const profileDir = mkdtempSync(join(tmpdir(), 'strata-bench-blank-'))
  return { profileDir, [Symbol.dispose]: () => rmSync(profileDir, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Seconds from the start of the browser, with the arguments of Strata's window, to the first paint of one word. */
export async function startBlankWindow({ profileDir }: BlankBrowser, display: string): Promise<number> {
  const page = join(profileDir, 'blank.html')
  writeFileSync(page, '<!doctype html><title>Blank</title><p>Blank</p>\n')
  const port = await freePort()
  const isRoot = process.getuid?.() === 0
  const args = browserArguments({ url: pathToFileURL(page).href, profileDir, isRoot })
  const startedAtMs = Date.now()
  const child = spawnGroup(BROWSER, [`--remote-debugging-port=${port}`, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, DISPLAY: display },
  })
  try {
    const window = await attach(port)
    const painted = await window.waitForFunction(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      return paint === undefined ? false : performance.timeOrigin + paint.startTime
    })
    return (Number(await painted.jsonValue()) - startedAtMs) / 1000
  } finally {
    await endGroup(child)
  }
}
