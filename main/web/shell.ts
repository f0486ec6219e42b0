import { deferred } from '@strata/engine/deferred.ts'
import { RendererFiles } from '@strata/engine/renderer-files/renderer-files.ts'
import type { StartOptions } from '@strata/engine/startup/options.ts'
import type { startEngine, StartedEngine } from '@strata/engine/startup/start-engine.ts'

import { browserUser } from './browser-user.ts'
import { findBrowser, hasDisplay } from './browser.ts'
import { rememberPort, rememberedPort } from './remembered-port.ts'
import { showWindow } from './shell-window.ts'
import { showAddress, showInFile, type Shown } from './shown.ts'
import { stopSignal } from './stop-signal.ts'
import { startWebServer, type WebServer } from './web-server.ts'

export interface WebShellParts {
  readonly options: StartOptions
  /** Reads the engine's code, which takes a while, and gives what starts it. */
  readonly loadEngine: () => Promise<typeof startEngine>
  /** Folder of the built renderer. */
  readonly rendererDir: string
}

/**
 * Serves the window's side and shows it; ends when the window is closed, or at SIGINT or SIGTERM. The browser takes
 * longest to start, so it starts first: the server gives it the page, and holds its calls until the engine runs.
 */
export async function runWebShell({ options, loadEngine, rendererDir }: WebShellParts): Promise<void> {
  const stop = stopSignal()
  const engine = deferred<StartedEngine>()
  const files = RendererFiles.load(rendererDir)
  for (const early of [engine.promise, files]) early.catch(() => undefined) // thrown below, where they are awaited
  const browser = browserOf(options)
  const server = await startServer(options, browser, { engine: engine.promise, files })
  const shown = await show(options, server, browser)
  try {
    await files
    const start = await loadEngine()
    engine.resolve(await start(options, (wanted) => shown.onWish(wanted)))
    await serve(await engine.promise, stop, server, shown)
  } catch (error) {
    engine.reject(error)
    throw error
  } finally {
    await shown.close()
    await server.close()
    await engine.promise.then(
      (running) => running.close(),
      () => undefined, // it never ran
    )
  }
}

/** Until the end is wanted, and the jobs that the user started have ended. */
async function serve(running: StartedEngine, stop: Promise<void>, server: WebServer, shown: Shown): Promise<void> {
  console.log(`Strata is ready at ${server.url}`)
  await shown.onRunning(running)
  await Promise.race([stop, shown.closed(running)])
  const { finishJobs } = await import('@strata/engine/startup/running-jobs.ts')
  await finishJobs(running.engine, (jobs) => {
    console.log(`Finishing first: ${jobs.map((job) => job.title.english).join(', ')} (Ctrl+C again ends at once)`)
  })
}

/** Null: no window is wanted, or there is no screen or browser for one. */
function browserOf({ openWindow, addressFilePath }: StartOptions): string | null {
  return openWindow && addressFilePath === null && hasDisplay(process.env) ? findBrowser(process.env) : null
}

type Held = Pick<Parameters<typeof startWebServer>[0], 'engine' | 'files'>

/** A window of ours finds its files in its cache, compiled, when their address is that of the last time. */
async function startServer({ port, folders }: StartOptions, browser: string | null, held: Held): Promise<WebServer> {
  if (port !== 0 || browser === null) return startWebServer({ ...held, port })
  const server = await startWebServer({ ...held, port: await rememberedPort(folders.cacheDir), mayTakeAnother: true })
  await rememberPort(folders.cacheDir, server.url)
  return server
}

/** A window where there is a screen and a browser, else the address for the user to open. */
async function show(options: StartOptions, server: WebServer, browser: string | null): Promise<Shown> {
  const { addressFilePath, wish, folders } = options
  if (addressFilePath !== null) return showInFile(addressFilePath, server)
  if (browser === null) return showAddress(wish, server)
  const user = await browserUser(process.env)
  return showWindow(wish, { browser, server, cacheDir: folders.cacheDir, user })
}
