// Writes what the type checker needs and no compiler can derive:
// - node_modules/.nuxt-ui/: the component library's theme, from which variants such as `color` get their types
//   (its plugin writes it whenever Vite's configuration is resolved);
// - renderer/nuxt-ui.d.ts: every component under the name it has in a template. It is committed; a test
//   compares it with the installed version.
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const componentsFolder = 'node_modules/@nuxt/ui/dist/runtime/components'

// The plugin replaces these by forms that work outside of Nuxt.
const replacements = new Map([
  ['Icon', '@nuxt/ui/runtime/vue/components/Icon.vue'],
  ['Link', '@nuxt/ui/runtime/vue/overrides/vue-router/Link.vue'],
])

/** The declaration file's text for the component library that is installed. */
export function componentTypes() {
  const names = readdirSync(join(root, componentsFolder))
    .filter((file) => file.endsWith('.vue'))
    .map((file) => file.slice(0, -'.vue'.length))
    .sort()
  const lines = names.map((name) => {
    const from = replacements.get(name) ?? `@nuxt/ui/components/${name}.vue`
    return `    U${name}: (typeof import('${from}'))['default']`
  })
  return `// Written by scripts/prepare-types.mjs; do not edit.
export {}

declare module 'vue' {
  export interface GlobalComponents {
${lines.join('\n')}
  }
}
`
}

async function writeTheme() {
  const theme = join(root, 'node_modules/.nuxt-ui/ui')
  const sources = ['vite.config.ts', 'package-lock.json']
  const changedAtMs = Math.max(...sources.map((file) => statSync(join(root, file)).mtimeMs))
  if (existsSync(theme) && statSync(theme).mtimeMs >= changedAtMs) return
  const { resolveConfig } = await import('vite')
  await resolveConfig({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' }, 'build')
  utimesSync(theme, new Date(), new Date()) // files with the same text are left alone by the plugin
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeTheme()
  const target = join(root, 'renderer/nuxt-ui.d.ts')
  const text = componentTypes()
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text)
}
