import { join } from 'node:path'

import { RendererFiles } from '@strata/engine/renderer-files/renderer-files.ts'
import type { StartOptions } from '@strata/engine/startup/options.ts'
import { app, dialog, ipcMain, Menu, MessageChannelMain, protocol, session, type MessagePortMain } from 'electron'

import { APP_SCHEME, isAppAddress } from './app-address.ts'
import { answerAppRequest } from './app-protocol.ts'
import { forkEngine } from './engine-fork.ts'
import { EngineSupervisor } from './engine-supervisor.ts'
import { decidePermissions, lockDown, openLink } from './lock-down.ts'
import { menuTemplate } from './menu.ts'
import { PortHandOver } from './port-hand-over.ts'
import { MainWindow } from './window.ts'

/** How long the engine may take to close when it has nothing to finish. */
const CLOSE_PATIENCE_MS = 10_000

/** The order matters: what is registered before `ready`, the scheme first, cannot be registered later. */
export async function runElectronShell({
  options,
  distDir,
}: {
  options: StartOptions
  distDir: string
}): Promise<void> {
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  if (!app.requestSingleInstanceLock()) {
    app.quit() // the other one comes to the front, by its 'second-instance'
    return
  }
  lockDown()
  const filesLoaded = RendererFiles.load(join(distDir, 'renderer'))

  await app.whenReady()
  const files = await filesLoaded
  protocol.handle(APP_SCHEME, (request) => answerAppRequest(request, files))
  decidePermissions(session.defaultSession)

  const { supervisor, handOver } = superviseEngine(join(distDir, 'main', 'engine-process.js'), options)
  supervisor.start()
  answerPortQuestions(handOver)

  const go = (path: string) => handOver.menu?.postMessage({ go: path })
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, { go, openLink })))

  const window = new MainWindow({
    preloadPath: join(distDir, 'preload', 'index.cjs'),
    placePath: join(options.folders.configDir, 'window.json'),
  })
  app.on('second-instance', () => void window.show())
  app.on('activate', () => void window.show()) // macOS: a click on the dock's icon
  quitInOrder(window, supervisor)
  await window.show()
}

function superviseEngine(enginePath: string, options: StartOptions) {
  const supervisor: EngineSupervisor<MessagePortMain> = new EngineSupervisor<MessagePortMain>({
    spawn: () => forkEngine(enginePath, options),
    onStarted: () => handOver.engineStarted(),
    onGivenUp: (reason) => void askToRestart(reason, supervisor),
  })
  const handOver = new PortHandOver<MessagePortMain>({
    createChannel: () => new MessageChannelMain(),
    connectEngine: (ports) => supervisor.connectWindow(ports),
  })
  return { supervisor, handOver }
}

async function askToRestart(reason: string, supervisor: EngineSupervisor<MessagePortMain>): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: 'Strata cannot go on',
    detail: `${reason}\n\nYour machines are not affected: they run on without Strata.`,
    buttons: ['Start again', 'Quit'],
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
