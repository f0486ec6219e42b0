import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { app } from './app.mjs'
import { browser } from './browser.mjs'
import { onlyAfterReady, openWindows } from './lifecycle.mjs'
import { WebContents } from './web-contents.mjs'

/** A window: a page of the browser, in a window of its own. */
export class BrowserWindow extends EventEmitter {
  #bounds
  #isMaximized = false
  #isDestroyed = false

  /** @param {Record<string, any>} options */
  constructor(options) {
    onlyAfterReady('new BrowserWindow()')
    super()
    const { preload, sandbox = true, contextIsolation = true, nodeIntegration = false } = options.webPreferences ?? {}
    if (!sandbox || !contextIsolation || nodeIntegration)
      throw new Error('This stand-in knows sandboxed, isolated pages only.')
    const { x = 0, y = 0, width = 800, height = 600 } = options
    this.#bounds = { x, y, width, height }
    const code = preload === undefined ? '' : readFileSync(preload, 'utf8')
    this.webContents = new WebContents(
      browser().then((line) => line.openPage()),
      code,
    )
    this.webContents.once('stand-in-painted', () => this.emit('ready-to-show'))
    this.webContents.once('stand-in-gone', () => this.#closed())
    openWindows.add(this)
    app.emit('web-contents-created', {}, this.webContents)
    app.emit('browser-window-created', {}, this)
  }

  /** @param {string} url */
  loadURL(url) {
    return this.webContents.loadURL(url)
  }
  getNormalBounds() {
    return this.#bounds
  }
  getBounds() {
    return this.#bounds
  }
  isMaximized() {
    return this.#isMaximized
  }
  maximize() {
    this.#isMaximized = true
  }
  isMinimized() {
    return false
  }
  restore() {
    this.focus()
  }
  show() {
    this.focus()
  }
  focus() {
    void this.webContents.bringToFront()
  }
  reload() {
    this.webContents.reload()
  }
  isDestroyed() {
    return this.#isDestroyed
  }
  close() {
    if (this.#isDestroyed) return
    let isPrevented = false
    this.emit('close', { preventDefault: () => (isPrevented = true) })
    if (isPrevented) return
    void this.webContents.closePage()
    this.#closed()
  }
  #closed() {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    openWindows.delete(this)
    this.webContents.gone()
    this.emit('closed')
    app.windowClosed()
  }
}
