import type { StartedEngine } from '@strata/engine/startup/start-engine.ts'
import { pageOf, type Wish } from '@strata/engine/startup/wish.ts'

import { addressText } from './address.ts'
import { openAppWindow, type AppWindow } from './app-window.ts'
import { noSandbox, type BrowserUser } from './browser-user.ts'
import type { Shown } from './shown.ts'
import type { WebServer } from './web-server.ts'

interface WindowParts {
  readonly browser: string
  readonly server: WebServer
  readonly cacheDir: string
  readonly user: BrowserUser
}

/** Shows Strata in an app window of a browser; one that is there already is brought to the front. */
export async function showWindow(wish: Wish, parts: WindowParts): Promise<Shown> {
  const { server, user } = parts
  const open = (wanted: Wish) => openAppWindow({ ...parts, address: addressOf(server, wanted) })
  const window = await open(wish)
  return {
    closed: (running) => whenWindowCloses(window, server, running),
    onRunning: ({ notices }) => {
      if (user.kind !== 'root') return
      console.log(noSandbox)
      notices.add({ path: null, setAsidePath: null, sentence: noSandbox })
    },
    onWish: async (wanted) => {
      if (await window.raise(server.url, pageOf(wanted))) return 'Strata is open: its window is brought to the front.'
      await window.openAnother(addressOf(server, wanted))
      return 'Strata is running: another window is opened.'
    },
    close: () => window.close(),
  }
}

/** The token stands behind the #: in no request and no log. The page signs in with it before anything else. */
const addressOf = (server: WebServer, wanted: Wish) =>
  `${server.url}${pageOf(wanted) ?? '/'}#sign-in=${server.signIn.issueToken()}`

/** A browser that ended before it ever signed in showed nothing: then the user gets the address instead. */
async function whenWindowCloses(window: AppWindow, server: WebServer, { log }: StartedEngine): Promise<void> {
  const failure = await window.closed.then(
    () => null,
    (error: unknown) => error,
  )
  if (server.signIn.wasUsed) return
  log.warn({ failure }, 'the browser ended without showing the window')
  console.log('The browser ended before it showed Strata.')
  console.log(addressText(server.url, server.signIn.issueToken(), process.env['SSH_CONNECTION'], null))
  await new Promise<never>(() => undefined)
}
