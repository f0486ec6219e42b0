import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { aliases, rendererPlugins } from './vite.config.ts'

// What is imported is read once for all files, not for each: of the window's tests two thirds of the time went there.
const isolate = false

export default defineConfig({
  test: {
    passWithNoTests: true,
    // Most of the time a test waits, for a daemon or a disk: one worker for each core leaves them idle.
    maxWorkers: Math.max(3, availableParallelism()),
    reporters: ['default'],
    projects: [
      {
        resolve: { alias: aliases },
        test: {
          name: 'node',
          isolate,
          environment: 'node',
          // Real sockets, daemons and processes, on a computer that may have other work.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          setupFiles: ['scripts/setup/patient-waits.ts', 'scripts/setup/said-as-english.ts'],
          include: ['{contract,node-libvirt,main,preload,scripts,bench,e2e}/**/*.test.{ts,mjs}'],
        },
      },
      {
        plugins: rendererPlugins,
        resolve: { alias: aliases },
        test: {
          name: 'dom',
          isolate,
          environment: 'happy-dom',
          testTimeout: 30_000,
          hookTimeout: 30_000,
          include: ['renderer/**/*.test.ts'],
          setupFiles: [
            'scripts/setup/patient-waits.ts',
            'scripts/setup/said-as-english.ts',
            'renderer/testing/setup.ts',
          ],
          server: { deps: { inline: ['@nuxt/ui'] } },
        },
      },
    ],
  },
})
