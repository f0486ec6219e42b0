import { createI18n } from 'vue-i18n'

import { formatCount } from './formats.ts'

interface Texts {
  readonly [key: string]: string | Texts
}

/** Each noun brings its own texts: `features/<noun>/<noun>.en.ts` is found under the key `<noun>`. */
const modules = import.meta.glob<Texts>(['./features/*/*.en.ts', './ui/*.en.ts'], { eager: true, import: 'default' })

export const english: Texts = Object.fromEntries(
  Object.entries(modules).map(([path, texts]) => [path.slice(path.lastIndexOf('/') + 1, -'.en.ts'.length), texts]),
)

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  messages: { en: english },
  missingWarn: import.meta.env.DEV,
})

/** The text for a key; `count` chooses the plural. */
export function t(key: string, named: Readonly<Record<string, string | number>> = {}, count?: number): string {
  return count === undefined
    ? i18n.global.t(key, named)
    : i18n.global.t(key, { ...named, count: formatCount(count) }, count)
}
