import { defineConfig } from 'vitest/config'
import { aliases, rendererPlugins } from './vite.config.ts'

export default defineConfig({
  test: {
    passWithNoTests: true,
    reporters: ['default'],
    projects: [
      {
        resolve: { alias: aliases },
        test: {
          name: 'node',
          environment: 'node',
          include: ['{contract,node-libvirt,main,preload,scripts,bench,e2e}/**/*.test.{ts,mjs}'],
        },
      },
      {
        plugins: rendererPlugins,
        resolve: { alias: aliases },
        test: {
          name: 'dom',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.ts'],
          setupFiles: ['renderer/testing/setup.ts'],
          server: { deps: { inline: ['@nuxt/ui'] } },
        },
      },
    ],
  },
})
