import { defineConfig } from '@playwright/test'

import type { ShellOptions } from './e2e/fixtures/strata.ts'

const isRoot = process.getuid?.() === 0

/** Every story on the stand-in too would take as long again: `npm run test:slow` does it, `npm test` tells these. */
const allStories = process.env['STRATA_ALL_STORIES'] === '1'
const standInStories = ['electron-shell', 'opening', 'demo-fleet', 'dropped-file'].map((name) => `**/${name}.spec.ts`)

export default defineConfig<ShellOptions>({
  testDir: 'e2e/stories',
  outputDir: 'test-results',
  // A guest is emulated on one core, and half of the time a story waits: for a window, a daemon, a disk.
  workers: 2,
  fullyParallel: false,
  // Emulated guests on a computer with other work: a second try tells a slow moment from a fault, and is listed as flaky.
  retries: 1,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    actionTimeout: 20_000,
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      // The distribution's browser: Playwright's own cannot be downloaded everywhere.
      executablePath: process.env['STRATA_BROWSER'] ?? '/usr/bin/chromium',
      // Chromium's sandbox cannot be set up by root, and is never left out for anybody else.
      args: isRoot ? ['--no-sandbox'] : [],
    },
  },
  projects: [
    { name: 'web', use: { shell: 'web' } },
    { name: 'electron', use: { shell: 'electron' } },
    {
      name: 'electron-stand-in',
      use: { shell: 'electron-stand-in' },
      ...(allStories ? {} : { testMatch: standInStories }),
    },
  ],
})
