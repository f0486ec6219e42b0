import { join } from 'node:path'

import { RendererFiles } from '@strata/engine/renderer-files/renderer-files.ts'
import type { StartOptions } from '@strata/engine/startup/options.ts'
import { pageOf, wish, type Wish } from '@strata/engine/startup/wish.ts'
import { app, dialog, ipcMain, Menu, MessageChannelMain, protocol, session, type MessagePortMain } from 'electron'

import { APP_SCHEME, isAppAddress } from './app-address.ts'
import { answerAppRequest } from './app-protocol.ts'
import { forkEngine } from './engine-fork.ts'
import { EngineSupervisor } from './engine-supervisor.ts'
import { decidePermissions, lockDown, openLink } from './lock-down.ts'
import { menuTemplate } from './menu.ts'
import { PortHandOver } from './port-hand-over.ts'
import { shellTexts } from './shell.en.ts'
import { giveBrowserItsFolders } from './user-folders.ts'
import { MainWindow } from './window.ts'

/** How long the engine may take to close when it has nothing to finish. */
const CLOSE_PATIENCE_MS = 10_000

interface ShellParts {
  readonly options: StartOptions
  readonly distDir: string
}

/**
 * Opens Strata. What must come before Electron's `ready` is done when this returns, which is why it waits for nothing
 * before; and `ready` comes only when the entry file has been evaluated, which is why nobody may await the result there.
 */
export async function runElectronShell(parts: ShellParts): Promise<void> {
  const { folders, wish: first } = parts.options
  app.enableSandbox()
  giveBrowserItsFolders(folders)
  protocol.registerSchemesAsPrivileged([
    // The code cache keeps the compiled scripts for the next start.
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
  // The one that runs comes to the front, and is told what this one was to show.
  if (!app.requestSingleInstanceLock({ ...first })) {
    app.quit()
    return
  }
  lockDown()
  const opened = openWhenReady(parts)
  const show = async (wanted: Wish) => (await opened).show(wanted)
  app.on('second-instance', (_event, _argv, _folder, said) => {
    const known = wish.safeParse(said)
    void show(known.success ? known.data : { kind: 'window' })
  })
  // macOS hands files over so.
  app.on('open-file', (event, path) => {
    event.preventDefault()
    void show({ kind: 'file', path })
  })
  await opened
}

async function openWhenReady({ options, distDir }: ShellParts): Promise<{ show(wanted: Wish): Promise<void> }> {
  const filesLoaded = RendererFiles.load(join(distDir, 'renderer'))
  await app.whenReady()
  const files = await filesLoaded
  protocol.handle(APP_SCHEME, (request) => answerAppRequest(request, files))
  decidePermissions(session.defaultSession)

  const window = new MainWindow({
    preloadPath: join(distDir, 'preload', 'index.cjs'),
    placePath: join(options.folders.configDir, 'window.json'),
  })
  const show = (wanted: Wish) => window.show(pageOf(wanted), go)
  const { supervisor, handOver } = superviseEngine(join(distDir, 'main', 'engine-process.js'), options, show)
  const go = (page: string) => handOver.menu?.postMessage({ go: page })
  supervisor.start()
  answerPortQuestions(handOver)
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, { go, openLink })))
  app.on('activate', () => void window.show(null, go)) // macOS: a click on the dock's icon
  quitInOrder(window, supervisor)
  await show(options.wish)
  return { show }
}

function superviseEngine(enginePath: string, options: StartOptions, onWish: (wanted: Wish) => Promise<void>) {
  const supervisor: EngineSupervisor<MessagePortMain> = new EngineSupervisor<MessagePortMain>({
    spawn: () => forkEngine(enginePath, options),
    onStarted: () => handOver.engineStarted(),
    onGivenUp: (reason) => void askToRestart(reason, supervisor),
    onWish: (wanted) => void onWish(wanted),
  })
  const handOver = new PortHandOver<MessagePortMain>({
    createChannel: () => new MessageChannelMain(),
    connectEngine: (ports) => supervisor.connectWindow(ports),
  })
  return { supervisor, handOver }
}

async function askToRestart(reason: string, supervisor: EngineSupervisor<MessagePortMain>): Promise<void> {
  const text = shellTexts.engineGone
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: text.message,
    detail: `${reason}\n\n${text.detail}`,
    buttons: [text.again, text.quit],
    defaultId: 0,
    cancelId: 1,
  })
  if (response === 0) supervisor.restart()
  else app.quit()
}

/** Only the top frame of our own page is answered. */
function answerPortQuestions(handOver: PortHandOver<MessagePortMain>): void {
  ipcMain.on('strata:ports-wanted', ({ senderFrame: frame }) => {
    if (frame?.parent !== null || !isAppAddress(frame.url)) return
    handOver.ask({
      isGone: () => frame.isDestroyed() || frame.detached,
      receive: (ports) => frame.postMessage('strata:ports', null, ports),
    })
  })
}

/** The program ends when its engine has: a job that the user started is finished first. */
function quitInOrder(window: MainWindow, supervisor: EngineSupervisor<MessagePortMain>): void {
  let quitting = false
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !quitting) app.quit()
  })
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (quitting) {
      supervisor.kill() // asked twice: the user does not want to wait
      return
    }
    quitting = true
    void Promise.all([window.close(), supervisor.close(CLOSE_PATIENCE_MS)]).then(() => app.exit(0))
  })
}
