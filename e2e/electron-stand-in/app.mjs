import { EventEmitter, once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { atExit, lifecycle, onlyBeforeReady, openWindows } from './lifecycle.mjs'
import { takeInstanceLock } from './single-instance.mjs'

let folder = ''
/** @param {string} path */
export const appFolderIs = (path) => {
  folder = path
}

class App extends EventEmitter {
  /** @type {Map<string, string>} */
  #paths = new Map()
  #isQuitting = false

  enableSandbox() {
    onlyBeforeReady('app.enableSandbox()')
  }
  getVersion() {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  }
  getAppPath() {
    return folder
  }
  /** @param {string} name */
  getPath(name) {
    const config = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')
    const userData = this.#paths.get('userData') ?? join(config, 'strata')
    return this.#paths.get(name) ?? (name === 'home' ? homedir() : userData)
  }
  /** @param {string} name @param {string} path */
  setPath(name, path) {
    if (!isAbsolute(path)) throw new Error('Path must be absolute')
    if (['userData', 'sessionData'].includes(name)) onlyBeforeReady(`app.setPath('${name}')`)
    if (!statSync(path).isDirectory()) throw new Error(`${path} is no folder`) // a path that is not there throws
    this.#paths.set(name, path)
  }
  /** @param {object} [additionalData] */
  requestSingleInstanceLock(additionalData) {
    return takeInstanceLock(
      this.getPath('userData'),
      { argv: process.argv, cwd: process.cwd(), additionalData },
      (said) => this.emit('second-instance', {}, said.argv, said.cwd, said.additionalData),
    )
  }
  isReady() {
    return lifecycle.isReady
  }
  whenReady() {
    return lifecycle.isReady ? Promise.resolve() : once(this, 'ready').then(() => undefined)
  }

  quit() {
    if (this.#isQuitting) return
    let isPrevented = false
    this.emit('before-quit', { preventDefault: () => (isPrevented = true) })
    if (isPrevented) return
    this.#isQuitting = true
    for (const window of [...openWindows]) window.close()
    if (openWindows.size > 0) {
      this.#isQuitting = false // one refused to close
      return
    }
    this.emit('will-quit', { preventDefault: () => undefined })
    this.emit('quit', {}, 0)
    this.exit(0)
  }
  /** All windows go without being asked, and neither before-quit nor will-quit is sent. @param {number} code */
  exit(code = 0) {
    void Promise.allSettled(atExit.map(async (end) => end())).then(() => process.exit(code))
  }

  /** Told by a window that has closed. */
  windowClosed() {
    if (openWindows.size > 0 || this.#isQuitting) return
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed')
    else this.quit()
  }
}

export const app = new App()

export async function becomeReady() {
  // Not in the same turn in which the entry ended.
  await new Promise((resolve) => setImmediate(resolve))
  lifecycle.isReady = true
  app.emit('ready', {}, {})
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => app.quit())
