import { createServer } from 'node:net'

import { chromium, type Page } from '@playwright/test'

/** A browser that has not begun to listen by then has ended. */
const PATIENCE_MS = 60_000
export const BROWSER = process.env['STRATA_BROWSER'] ?? '/usr/bin/chromium'

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port was found.')
  return address.port
}

/** Attaches to the window as soon as its browser listens; trying again is all there is to wait on from outside. */
export async function attach(port: number): Promise<Page> {
  const givesUpAtMs = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
      const context = browser.contexts()[0]
      if (context === undefined) throw new Error('The window has no page.')
      return context.pages()[0] ?? (await context.waitForEvent('page'))
    } catch (error) {
      if (!String(error).includes('ECONNREFUSED') || Date.now() > givesUpAtMs) throw error
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
