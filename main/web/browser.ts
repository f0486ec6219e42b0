import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Browsers that can show a page as a window of its own, best known first. */
const PROGRAMS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'brave-browser',
  'microsoft-edge',
  'microsoft-edge-stable',
]
const ELSEWHERE: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/snap/bin/chromium', '/usr/lib/chromium/chromium'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
}

/** The browser to open, or null. STRATA_BROWSER (a name or a path) wins, also over a browser that is there. */
export function findBrowser(env: NodeJS.ProcessEnv): string | null {
  const chosen = env['STRATA_BROWSER']
  const names = chosen === undefined || chosen === '' ? PROGRAMS : [chosen]
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = names.flatMap((name) =>
    name.includes('/') ? [name] : folders.map((folder) => join(folder, name)),
  )
  const others = names === PROGRAMS ? (ELSEWHERE[process.platform] ?? []) : []
  return [...candidates, ...others].find(isExecutable) ?? null
}

/** Whether there is a screen to open a window on. */
export function hasDisplay(env: NodeJS.ProcessEnv): boolean {
  if (process.platform !== 'linux') return true
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY'])
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there, or not ours to run: the next one
  }
}

/**
 * @param page a local page that leads to the server; an address with the token would be visible to every user of this host
 * @param isRoot Chromium's sandbox cannot be set up by root, and must not be left out for anybody else. Its own warning
 *   of that stays to be seen.
 */
export function browserArguments(page: { url: string; profileDir: string; isRoot: boolean }): string[] {
  return [
    `--app=${page.url}`,
    `--user-data-dir=${page.profileDir}`,
    '--class=Strata',
    '--name=Strata',
    '--window-size=1360,860', // only the first time: the profile remembers
    '--remote-debugging-pipe', // orders by two pipes that nobody else holds; no port is opened
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-domain-reliability',
    '--disable-sync',
    '--disable-breakpad',
    '--metrics-recording-only',
    '--password-store=basic', // no keyring prompt: nothing is kept that would need one
    '--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,InterestFeedContentSuggestions',
    ...(page.isRoot ? ['--no-sandbox'] : []),
  ]
}
