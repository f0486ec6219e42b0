import { setTimeout as delay } from 'node:timers/promises'

import type { Page } from '@playwright/test'
import { z } from 'zod'

const trace = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      ph: z.string(),
      pid: z.number(),
      tid: z.number(),
      /** µs, of complete events */
      dur: z.number().optional(),
      args: z.object({ name: z.string().optional() }).optional(),
    }),
  ),
})

/**
 * The longest task of the page's main thread within some time, in ms, by the browser's own record: as long as it runs, no
 * key and no press is answered.
 */
export async function longestTaskMs(page: Page, watchedMs: number): Promise<number> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('The window has no browser to record it.')
  await browser.startTracing(page, { categories: ['toplevel'] })
  await delay(watchedMs)
  const { traceEvents } = trace.parse(JSON.parse((await browser.stopTracing()).toString()))
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const tasks = traceEvents.filter(({ ph, pid, tid }) => ph === 'X' && mainThreads.has(`${pid} ${tid}`))
  if (tasks.length === 0) throw new Error('The browser recorded nothing of the page’s main thread.')
  return Math.max(...tasks.map(({ dur = 0 }) => dur)) / 1000
}
