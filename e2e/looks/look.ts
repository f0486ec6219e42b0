import { copyFileSync, mkdirSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Page } from '@playwright/test'

import { giveToTestUser } from '../../node-libvirt/testing/test-user.ts'
import { expect, test as base } from '../fixtures/strata.ts'

export { expect }

const FOLDER = process.env['STRATA_SCREENSHOTS'] ?? fileURLToPath(new URL('../../screenshots', import.meta.url))
const NARROW = { width: 1024, height: 720 }
/** What a window of 1440 × 900 has room for when everything is shown twice as large. */
const ZOOMED = { width: 720, height: 450 }

interface LookFixtures {
  /** Takes a picture of the page as it is now, in both themes. */
  look: (name: string) => Promise<void>
  /** The same in a window of 1024 pixels, and at 200 %. */
  lookNarrow: (name: string) => Promise<void>
  /** An ISO in the Downloads folder of whoever runs the app; `sizeBytes` makes it longer, for a copy that takes its time. */
  download: (name: string, sizeBytes?: number) => string
}

export const test = base.extend<LookFixtures>({
  look: async ({ page }, use) => use((name) => takeBoth(page, name)),

  lookNarrow: async ({ page }, use) => {
    const size = page.viewportSize()
    await use(async (name) => {
      await page.setViewportSize(NARROW)
      await takeBoth(page, `${name}-1024`)
      await page.setViewportSize(ZOOMED)
      await takeBoth(page, `${name}-zoomed`)
      if (size !== null) await page.setViewportSize(size)
    })
  },

  download: async ({ daemon, guestImage }, use) => {
    const folder = join(daemon.env['HOME'] ?? daemon.dataFolder, 'Downloads')
    await use((name, sizeBytes) => {
      mkdirSync(folder, { recursive: true })
      const path = join(folder, name)
      copyFileSync(guestImage, path)
      if (sizeBytes !== undefined) truncateSync(path, sizeBytes)
      for (const each of [folder, path]) giveToTestUser(daemon.user, each)
      return path
    })
    rmSync(folder, { recursive: true, force: true })
  },
})

/** One picture in each theme. */
export async function takeBoth(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${theme}\\b`))
    const path = join(FOLDER, `${name}-${theme}.png`)
    await page.screenshot({ path, animations: 'disabled' })
    console.log(path)
  }
}
