import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type PluginOption } from 'vite'
import { firstPaint } from './renderer/first-paint.ts'
import { componentTheme } from './renderer/theme/components.ts'

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The names under which folders see one another; the same table as `paths` in the tsconfigs. */
export const aliases = [
  { find: /^@strata\/contract\//, replacement: `${at('contract')}/` },
  { find: /^@strata\/engine\//, replacement: `${at('main/engine')}/` },
  { find: /^node-libvirt$/, replacement: at('node-libvirt/src/index.ts') },
  { find: /^node-libvirt\/xml$/, replacement: at('node-libvirt/src/xml/index.ts') },
]

/**
 * The component library writes its colours into a <style> element at run time, which the window's content policy
 * refuses. renderer/theme.css has them all, so the two modules that do this are left out.
 */
const withoutInjectedColours: PluginOption = {
  name: 'without-injected-colours',
  enforce: 'pre',
  load: (id) =>
    /@nuxt\/ui\/dist\/runtime\/(plugins\/colors|vue\/plugins\/head)\.js$/.test(id)
      ? 'export default { install: () => undefined }'
      : null,
}

/**
 * Puts the window's frame into the document, and its style sheets behind it: a browser paints what it has read before
 * it waits for them, and runs no script before they are there.
 */
const frameFirst: PluginOption = {
  name: 'frame-first',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => {
      const late = /\s*<link rel="stylesheet"[^>]*>|\s*<script type="module"[^>]*><\/script>/g
      const moved = [...html.matchAll(late)].map(([tag]) => tag)
      const [styles, scripts] = ['<link', '<script'].map((start) => moved.filter((tag) => tag.includes(start)))
      return html
        .replaceAll(late, '')
        .replace('<!-- first paint -->', firstPaint())
        .replace('</title>', `</title>\n    <meta name="version" content="${version}" />`)
        .replace(/\s*<\/body>/, `${[...(styles ?? []), ...(scripts ?? [])].join('')}\n  </body>`)
    },
  },
}

/** Vue and the component library, shared with the component tests. */
export const rendererPlugins: PluginOption[] = [
  vue(),
  frameFirst,
  withoutInjectedColours,
  ui({
    root: at('.'),
    // Component types are written by scripts/prepare-types.mjs for all components at once:
    // declarations that grow with what a build happens to see would differ from checkout to checkout.
    dts: false,
    autoImport: false,
    // The window sets light or dark by its own setting.
    colorMode: false,
    ui: componentTheme,
    // Icons are bundled: without the scan they are fetched from a public service at run time.
    icon: { clientBundle: { scan: { globInclude: ['renderer/**/*.{vue,ts}'], globExclude: ['**/*.test.ts'] } } },
  }),
]

const nodeModules = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)]

/** The licences of what is bundled, for scripts/setup/third-party-notices.mjs. */
const notices = { fileName: '.vite/notices.json' }

// Optional parts of ws, which it does without.
const keptAsPackages = ['bufferutil', 'utf-8-validate']

export default defineConfig({
  root: at('renderer'),
  cacheDir: at('node_modules/.vite'),
  plugins: rendererPlugins,
  resolve: { alias: aliases },
  environments: {
    client: {
      build: {
        outDir: at('dist/renderer'),
        emptyOutDir: true,
        license: notices,
        target: 'chrome120',
        rolldownOptions: {
          input: at('renderer/index.html'),
          // What every start needs is one file: each file of its own costs a turn before the first list.
          output: { codeSplitting: { groups: [{ name: 'window', tags: ['$initial'] }] } },
        },
      },
    },
    main: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['electron', ...keptAsPackages, ...nodeModules] },
      build: {
        outDir: at('dist/main'),
        emptyOutDir: true,
        license: notices,
        copyPublicDir: false,
        target: 'node20',
        sourcemap: true,
        minify: false,
        rolldownOptions: {
          input: {
            index: at('main/index.ts'),
            'engine-process': at('main/electron/engine-process.ts'),
            'screen-worker': at('main/engine/console/screen-worker.ts'),
          },
          external: ['electron', ...keptAsPackages, ...nodeModules],
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['electron'] },
      build: {
        outDir: at('dist/preload'),
        emptyOutDir: true,
        copyPublicDir: false,
        target: 'chrome120',
        minify: false,
        rolldownOptions: {
          input: { index: at('preload/index.ts') },
          external: ['electron'],
          // A sandboxed preload must be one CommonJS file.
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
  },
  builder: {
    // By name: building "all" would include Vite's implicit `ssr` environment, which has no entry.
    async buildApp(builder) {
      for (const name of ['client', 'main', 'preload']) {
        const environment = builder.environments[name]
        if (environment === undefined) throw new Error(`vite.config.ts has no environment ${name}`)
        await builder.build(environment)
      }
    },
  },
})
