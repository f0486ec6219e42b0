import { defineConfig } from '@playwright/test'

import stories from '../../playwright.config.ts'
import type { ShellOptions } from '../fixtures/strata.ts'

/** Not tests: what takes the pictures of every screen, for eyes to judge. Started by `npm run screenshots`. */
export default defineConfig<ShellOptions>({
  ...stories,
  testDir: '.',
  testMatch: '*.looks.ts',
  outputDir: '../../test-results/looks',
  timeout: 420_000,
  expect: { timeout: 30_000 },
  use: { ...stories.use, viewport: { width: 1440, height: 900 }, trace: 'off', screenshot: 'off' },
  projects: [{ name: 'looks', use: { shell: 'web' } }],
})
