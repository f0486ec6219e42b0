import { defineConfig } from 'vitest/config'
import { aliases } from '../../vite.config.ts'

/** What takes an hour: `npm run test:slow`. */
export default defineConfig({
  resolve: { alias: aliases },
  test: {
    environment: 'node',
    include: ['e2e/installer/*.slow.ts'],
    testTimeout: 4 * 60 * 60_000,
    hookTimeout: 10 * 60_000,
  },
})
