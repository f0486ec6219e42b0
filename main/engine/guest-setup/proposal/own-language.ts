import { readFile } from 'node:fs/promises'

import { systemCodeOf } from '../../strata-error.ts'

/** What this computer speaks: taken over into a new guest, as its user is most likely the same. */
export interface OwnLanguage {
  /** As glibc names it. */
  readonly locale: string
  /** As XKB names it. */
  readonly keyboard: string
  readonly timeZone: string
}

export interface LanguageSources {
  readonly env: NodeJS.ProcessEnv
  /** Where /etc is; another folder in tests. */
  readonly etc: string
}

const fallback = { locale: 'en_US.UTF-8', keyboard: 'us' } as const

export async function ownLanguage({ env, etc }: LanguageSources): Promise<OwnLanguage> {
  const files = [`${etc}/locale.conf`, `${etc}/default/locale`]
  const named = env['LC_ALL'] ?? env['LANG'] ?? (await firstMatch(files, /^LANG=["']?([\w.@-]+)/m))
  return {
    locale: localeFrom(named),
    keyboard: await keyboardOf(etc),
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

/** 'de_DE.utf8', 'de_DE' and 'de_DE@euro' are all 'de_DE.UTF-8'; without a language it is English. */
export function localeFrom(named: string | null | undefined): string {
  const language = /^([a-z]{2,3}_[A-Z]{2})(?:[.@]|$)/.exec(named ?? '')?.[1]
  return language === undefined ? fallback.locale : `${language}.UTF-8`
}

/** The first of the layouts that are set: Debian's file, then systemd's, then the one of text consoles. */
async function keyboardOf(etc: string): Promise<string> {
  const layout =
    (await firstMatch([`${etc}/default/keyboard`], /^XKBLAYOUT=["']?([a-z]{2,8})/m)) ??
    (await firstMatch([`${etc}/X11/xorg.conf.d/00-keyboard.conf`], /^\s*Option\s+"XkbLayout"\s+"([a-z]{2,8})/m)) ??
    (await firstMatch([`${etc}/vconsole.conf`], /^(?:XKBLAYOUT|KEYMAP)=["']?([a-z]{2,8})/m))
  return layout === 'uk' ? 'gb' : (layout ?? fallback.keyboard) // consoles call Britain's layout by another name
}

async function firstMatch(paths: readonly string[], pattern: RegExp): Promise<string | null> {
  for (const path of paths) {
    const found = pattern.exec(await textOf(path))?.[1]
    if (found !== undefined) return found
  }
  return null
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return '' // this system keeps it elsewhere
  }
}
