import { defineConfig } from 'vitest/config'
import { aliases } from '../../vite.config.ts'

/** Packages of what was built, installed into a root of their own: a step of `npm test`, after the build. */
export default defineConfig({
  resolve: { alias: aliases },
  test: {
    environment: 'node',
    include: ['scripts/packages/*.packages.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
