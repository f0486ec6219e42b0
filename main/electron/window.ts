import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron'

import { APP_ORIGIN } from './app-address.ts'
import { shellTexts } from './shell.en.ts'
import {
  fitBounds,
  MIN_WINDOW,
  readWindowPlace,
  saveWindowPlace,
  type Rectangle,
  type WindowPlace,
} from './window-bounds.ts'

/** The page's own background, so that nothing flashes before its first paint. */
const BACKGROUND = { light: '#f4f3f0', dark: '#141517' } as const

interface MainWindowOptions {
  readonly preloadPath: string
  /** The file that remembers where the window was. */
  readonly placePath: string
}

/** The application's one window. It can be closed and opened again while the program runs. */
export class MainWindow {
  readonly #options: MainWindowOptions
  #window: BrowserWindow | null = null
  #saved: Promise<void> = Promise.resolve()

  constructor(options: MainWindowOptions) {
    this.#options = options
  }

  /**
   * Opens it where it was the last time, or brings it to the front.
   * @param page what it is to show; null: whatever it shows
   * @param go takes an open window to a page
   */
  async show(page: string | null, go: (page: string) => void): Promise<void> {
    if (this.#window === null) {
      await this.#saved
      this.#open(await readWindowPlace(this.#options.placePath), page ?? '/')
      return
    }
    if (page !== null) go(page)
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.show()
    this.#window.focus()
  }

  /** Resolves when its place is remembered. */
  async close(): Promise<void> {
    this.#window?.close()
    await this.#saved
  }

  #open(place: WindowPlace | null, page: string): void {
    const window = new BrowserWindow({
      ...fitBounds(place?.bounds ?? null, workAreas()),
      minWidth: MIN_WINDOW.width,
      minHeight: MIN_WINDOW.height,
      title: 'Strata',
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: {
        preload: this.#options.preloadPath,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false, // would fetch dictionaries
        // A window that nobody sees draws nothing; its picture of the state still follows, as that is pushed.
        backgroundThrottling: true,
      },
    })
    this.#window = window
    window.once('ready-to-show', () => {
      if (place?.maximized === true) window.maximize()
      window.show()
    })
    window.on('close', () => {
      const last = { bounds: window.getNormalBounds(), maximized: window.isMaximized() }
      // A place that cannot be written is forgotten, no more: the next window opens in the middle.
      this.#saved = saveWindowPlace(this.#options.placePath, last).catch(() => undefined)
    })
    window.on('closed', () => (this.#window = null))
    window.webContents.on('render-process-gone', (_event, { reason }) => void offerReload(window, reason))
    void window.loadURL(`${APP_ORIGIN}${page}`)
  }
}

/** Asked rather than done: a page that crashes while it loads would do so for ever. */
async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  if (reason === 'clean-exit') return
  const text = shellTexts.pageGone
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: text.message,
    detail: text.detail(reason),
    buttons: [text.again, text.quit],
    defaultId: 0,
    cancelId: 1,
  })
  if (response === 0) window.reload()
  else app.quit()
}

function workAreas(): [Rectangle, ...Rectangle[]] {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id)
  return [primary.workArea, ...others.map((display) => display.workArea)]
}
