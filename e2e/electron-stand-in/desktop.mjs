import { EventEmitter } from 'node:events'
import { lifecycle, onlyAfterReady } from './lifecycle.mjs'

const display = {
  id: 1,
  workArea: { x: 0, y: 0, width: 1920, height: 1080 },
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
}

/** May be used only after ready, as the documentation says of the whole module. */
export const screen = {
  getPrimaryDisplay() {
    onlyAfterReady('The screen module')
    return display
  },
  getAllDisplays() {
    onlyAfterReady('The screen module')
    return [display]
  },
}

export const nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: false, themeSource: 'system' })

export const shell = {
  /** @param {string} url */
  openExternal(url) {
    console.log(`stand-in: opened outside: ${url}`)
    return Promise.resolve()
  },
}

export const dialog = {
  /** Nobody is there to press: what Escape would choose is chosen, and told. @param {any[]} words */
  showMessageBox(...words) {
    const options = words.at(-1)
    if (!Array.isArray(options.buttons)) throw new TypeError('buttons must be an array')
    console.log(`stand-in: asked: ${options.message} | ${options.detail}`)
    return Promise.resolve({ response: options.cancelId ?? 0, checkboxChecked: false })
  },
}

const ROLES = new Set(
  `undo redo cut copy paste pasteAndMatchStyle delete selectAll reload forceReload toggleDevTools resetZoom zoomIn zoomOut
   toggleSpellChecker togglefullscreen window minimize close help about services hide hideOthers unhide quit
   startSpeaking stopSpeaking zoom front appMenu fileMenu editMenu viewMenu shareMenu recentDocuments toggleTabBar
   selectNextTab selectPreviousTab showAllTabs mergeAllWindows clearRecentDocuments moveTabToNewWindow windowMenu`
    .split(/\s+/)
    .map((role) => role.toLowerCase()),
)

/** @param {any} item @returns {any} */
function menuItem(item) {
  if (item.role !== undefined && !ROLES.has(String(item.role).toLowerCase()))
    throw new TypeError(`Unknown role ${item.role}`)
  if (item.role === undefined && item.type !== 'separator' && item.label === undefined) {
    throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type')
  }
  return { ...item, ...(Array.isArray(item.submenu) ? { submenu: { items: item.submenu.map(menuItem) } } : {}) }
}

export class Menu {
  /** @type {Menu | null} */
  static #application = null
  /** @param {any[]} items */
  constructor(items = []) {
    this.items = items
  }
  /** @param {any[]} template */
  static buildFromTemplate(template) {
    if (!Array.isArray(template)) throw new TypeError('Invalid template for Menu: Menu template must be an array')
    return new Menu(template.map(menuItem))
  }
  /** @param {Menu | null} menu */
  static setApplicationMenu(menu) {
    if (!lifecycle.isReady) throw new Error('The menu can be set after app is ready')
    Menu.#application = menu
  }
  static getApplicationMenu() {
    return Menu.#application
  }
}
