import { EventEmitter } from 'node:events'
import { onlyAfterReady } from './lifecycle.mjs'

/** Electron's names of what a page may ask for, and the browser's. */
const PERMISSIONS = {
  'clipboard-read': 'clipboard-read',
  'clipboard-sanitized-write': 'clipboard-write',
  notifications: 'notifications',
  geolocation: 'geolocation',
  midi: 'midi',
  'idle-detection': 'idle-detection',
}

/** @typedef {(contents: unknown, permission: string, answer: (isGranted: boolean) => void, details: object) => void} OnRequest */
/** @typedef {(contents: unknown, permission: string, origin: string, details: object) => boolean} OnCheck */

class Session extends EventEmitter {
  /** @type {OnRequest | null} */
  #onRequest = null
  /** @type {OnCheck | null} */
  #onCheck = null
  /** @type {unknown[]} */
  uncalled = []

  /** @param {OnRequest | null} handler */
  setPermissionRequestHandler(handler) {
    this.#onRequest = handler
  }
  /** @param {OnCheck | null} handler */
  setPermissionCheckHandler(handler) {
    this.#onCheck = handler
  }
  /** Devices and screens cannot be asked for here: the handlers are taken, and never called. @param {unknown} handler */
  setDevicePermissionHandler(handler) {
    this.uncalled.push(handler)
  }
  /** @param {unknown} handler */
  setDisplayMediaRequestHandler(handler) {
    this.uncalled.push(handler)
  }

  /**
   * Sets in the browser what the handlers decide; without handlers Electron grants everything.
   * @param {import('./browser.mjs').Target} target
   * @param {{ getURL(): string }} contents
   * @param {string} origin as the browser has it
   */
  async decide(target, contents, origin) {
    for (const [permission, name] of Object.entries(PERMISSIONS)) {
      const isChecked =
        this.#onCheck === null || this.#onCheck(contents, permission, new URL(contents.getURL()).href, {})
      let isGranted = this.#onRequest === null
      this.#onRequest?.(contents, permission, (given) => (isGranted = given), {})
      const setting = isChecked && isGranted ? 'granted' : 'denied'
      await target.order('Browser.setPermission', { permission: { name }, setting, origin })
    }
  }
}

const defaultSession = new Session()

export const session = {
  get defaultSession() {
    onlyAfterReady('session.defaultSession')
    return defaultSession
  },
}
