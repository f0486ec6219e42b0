import type { Engine } from '@strata/engine/engine.ts'
import { RendererFiles } from '@strata/engine/renderer-files/renderer-files.ts'
import type { Notices } from '@strata/engine/settings/notices.ts'
import type { StartOptions } from '@strata/engine/startup/options.ts'
import { finishJobs } from '@strata/engine/startup/running-jobs.ts'
import type { Logger } from 'pino'

import { addressText, writeAddressFile } from './address.ts'
import { openAppWindow, type AppWindow } from './app-window.ts'
import { browserUser, noSandbox } from './browser-user.ts'
import { findBrowser, hasDisplay } from './browser.ts'
import { startWebServer, type WebServer } from './web-server.ts'

export interface WebShellParts {
  readonly options: StartOptions
  readonly engine: Engine
  readonly log: Logger
  /** What the window says when it opens. */
  readonly notices: Pick<Notices, 'add'>
  /** Folder of the built renderer. */
  readonly rendererDir: string
}

/** Serves the window's side and shows it; ends when the window is closed, or at SIGINT or SIGTERM. */
export async function runWebShell({ options, engine, log, notices, rendererDir }: WebShellParts): Promise<void> {
  const stop = stopSignal()
  const files = await RendererFiles.load(rendererDir)
  const server = await startWebServer({ engine, files, log, port: options.port })
  console.log(`Strata is ready at ${server.url}`)
  const shown = await show(options, server, log, notices)

  await Promise.race([stop, shown.closed])
  await finishJobs(engine, (running) => {
    console.log(`Finishing first: ${running.map((job) => job.title.english).join(', ')} (Ctrl+C again ends at once)`)
  })
  await shown.close()
  await server.close()
}

interface Shown {
  /** Resolves when nobody can see it any more. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

const never = new Promise<never>(() => undefined)

/** A window where there is a screen and a browser, else the address for the user to open. */
async function show(
  options: StartOptions,
  server: WebServer,
  log: Logger,
  notices: WebShellParts['notices'],
): Promise<Shown> {
  const token = server.signIn.issueToken()
  if (options.addressFilePath !== null) {
    // The token is for whoever reads the file, so there is none left for a window.
    const remove = await writeAddressFile(options.addressFilePath, server.url, token)
    return { closed: never, close: remove }
  }
  const browser = options.openWindow && hasDisplay(process.env) ? findBrowser(process.env) : null
  if (browser === null) {
    console.log(addressText(server.url, token, process.env['SSH_CONNECTION']))
    server.signIn.onEverybodyLeft = () => {
      console.log(addressText(server.url, server.signIn.issueToken(), process.env['SSH_CONNECTION']))
    }
    return { closed: never, close: () => Promise.resolve() }
  }
  const user = await browserUser(process.env)
  if (user.kind === 'root') {
    console.log(noSandbox.english)
    notices.add({ path: null, setAsidePath: null, sentence: noSandbox })
  }
  const { cacheDir } = options.folders
  const window = await openAppWindow({ browser, url: server.url, token, cacheDir, user })
  return { closed: whenWindowCloses(window, server, log), close: () => window.close() }
}

/** A browser that ended before it ever signed in showed nothing: then the user gets the address instead. */
async function whenWindowCloses(window: AppWindow, server: WebServer, log: Logger): Promise<void> {
  const failure = await window.closed.then(
    () => null,
    (error: unknown) => error,
  )
  if (server.signIn.wasUsed) return
  log.warn({ failure }, 'the browser ended without showing the window')
  console.log('The browser ended before it showed Strata.')
  console.log(addressText(server.url, server.signIn.issueToken(), process.env['SSH_CONNECTION']))
  await never
}

/** `npm`, `timeout` and terminals pass a signal on to a whole family, so that one wish arrives more than once. */
const SAME_WISH_MS = 1_000

/** The first signal asks to end in order, a later one ends. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstMs: number | null = null
    const stop = () => {
      firstMs ??= performance.now()
      resolve()
      if (performance.now() - firstMs > SAME_WISH_MS) process.exit(130)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  })
}
