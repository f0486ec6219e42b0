import { EventEmitter } from 'node:events'
import { ipcMain } from './ipc-main.mjs'
import { portLine } from './ports.mjs'
import { decode, encode, pageWorld, preloadWorld } from './preload-world.mjs'
import { answer, fromBrowser, toBrowser } from './protocol.mjs'
import { session } from './session.mjs'

const WORLD = 'electron-preload'

/** @typedef {{ target: import('./browser.mjs').Target, targetId: string }} OpenPage */

/** A page and what the main process may do with it. */
export class WebContents extends EventEmitter {
  #url = ''
  #page
  /** The preload's world of the present document. */
  #worldId = 0
  /** @type {Frame | null} */
  #frame = null
  #isGone = false
  /** @type {(details: { url: string }) => { action: string }} */
  #onOpen = () => ({ action: 'allow' })

  /** @param {Promise<OpenPage>} page @param {string} preload its code */
  constructor(page, preload) {
    super()
    this.#page = page.then(async (opened) => {
      await this.#prepare(opened, preload)
      return opened
    })
    this.#page.catch((error) => console.error('stand-in:', error))
  }

  getURL() {
    return this.#url
  }
  /** @param {(details: { url: string }) => { action: string }} handler */
  setWindowOpenHandler(handler) {
    this.#onOpen = handler
  }
  /** @param {string} url */
  async loadURL(url) {
    this.#url = url
    const { target } = await this.#page
    const address = toBrowser(url)
    await session.defaultSession.decide(target, this, new URL(address).origin)
    await target.order('Page.navigate', { url: address })
  }
  async bringToFront() {
    const { target } = await this.#page
    await target.order('Page.bringToFront')
  }
  reload() {
    void this.#page.then(({ target }) => target.order('Page.reload'))
  }
  async closePage() {
    const { target, targetId } = await this.#page
    if (!this.#isGone) await target.browser.own.order('Target.closeTarget', { targetId }).catch(() => undefined)
  }
  gone() {
    this.#isGone = true
    this.#frame?.leave()
  }

  /** @param {OpenPage} opened @param {string} preload */
  async #prepare({ target, targetId }, preload) {
    target.browser.own.on('Target.targetDestroyed', (/** @type {any} */ gone) => {
      if (gone.targetId === targetId && !this.#isGone) this.emit('stand-in-gone')
    })
    target.on('Inspector.targetCrashed', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }))
    target.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === WORLD) this.#newDocument(target, context.id)
    })
    target.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
      if (executionContextId === this.#worldId) this.#hear(JSON.parse(payload))
    })
    target.on('Fetch.requestPaused', (paused) => void this.#serve(target, paused))
    target.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId === undefined) this.#url = fromBrowser(frame.url)
    })
    target.on('Page.navigatedWithinDocument', ({ url }) => (this.#url = fromBrowser(url)))
    target.on('Page.lifecycleEvent', ({ name }) => {
      if (name === 'firstContentfulPaint') this.emit('stand-in-painted')
      if (name === 'load') this.emit('did-finish-load')
    })
    target.on('Page.windowOpen', ({ url }) => void this.#onOpen({ url: fromBrowser(url) }))
    await target.browser.own.order('Target.setDiscoverTargets', { discover: true })
    await target.order('Page.enable')
    await target.order('Page.setLifecycleEventsEnabled', { enabled: true })
    await target.order('Runtime.enable')
    await target.order('Runtime.addBinding', { name: 'standInTell', executionContextName: WORLD })
    if (preload !== '') {
      const source = preloadWorld(preload)
      await target.order('Page.addScriptToEvaluateOnNewDocument', { source, worldName: WORLD })
      await target.order('Page.addScriptToEvaluateOnNewDocument', { source: pageWorld })
    }
    await target.order('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
  }

  /** @param {import('./browser.mjs').Target} target @param {number} worldId */
  #newDocument(target, worldId) {
    this.#frame?.leave()
    this.#worldId = worldId
    const frame = new Frame(this, (message) => {
      const expression = `standInHear(${JSON.stringify(message)})`
      target.order('Runtime.evaluate', { expression, contextId: worldId }).catch(() => undefined) // it has left meanwhile
    })
    this.#frame = frame
  }

  /** @param {any} said */
  #hear(said) {
    const frame = this.#frame
    if (frame === null) return
    if ('port' in said) return frame.hear(said.port)
    const { channel, words } = said.send
    ipcMain.emit(channel, { sender: this, senderFrame: frame, processId: 1, frameId: 1 }, ...decode(words))
  }

  /** @param {import('./browser.mjs').Target} target @param {any} paused */
  async #serve(target, { requestId, request, resourceType, frameId }) {
    const url = fromBrowser(request.url)
    try {
      if (resourceType === 'Document' && url !== this.#url && this.#isRefused(url)) {
        await target.order('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
        return
      }
      const headers = { 'sec-fetch-mode': resourceType === 'Document' ? 'navigate' : 'no-cors', ...request.headers }
      const given = url === request.url ? null : await answer(url, request.method, headers)
      if (given === null) {
        await target.order('Fetch.continueRequest', { requestId })
        return
      }
      const body = Buffer.from(await given.arrayBuffer()).toString('base64')
      const responseHeaders = [...given.headers].map(([name, value]) => ({ name, value }))
      await target.order('Fetch.fulfillRequest', { requestId, responseCode: given.status, responseHeaders, body })
    } catch (error) {
      if (!this.#isGone) console.error('stand-in:', url, frameId, String(error))
    }
  }

  /** Whether the app keeps the page from leaving. @param {string} url */
  #isRefused(url) {
    let isRefused = false
    const event = { url, isMainFrame: true, isSameDocument: false, preventDefault: () => (isRefused = true) }
    this.emit('will-frame-navigate', event)
    this.emit('will-navigate', event, url)
    return isRefused
  }
}

/** The document that a page shows now. */
class Frame {
  parent = null
  detached = false
  #contents
  #say
  #ports

  /** @param {WebContents} contents @param {(message: object) => void} say */
  constructor(contents, say) {
    this.#contents = contents
    this.#say = say
    this.#ports = portLine(({ data, ...message }) => say({ port: { ...message, data: encode(data) } }), 0)
  }
  get url() {
    return this.#contents.getURL()
  }
  isDestroyed() {
    return this.detached
  }
  /** @param {string} channel @param {unknown} data @param {import('./ports.mjs').MessagePortMain[]} [transfer] */
  postMessage(channel, data, transfer = []) {
    if (this.detached) throw new Error('Render frame was disposed before WebFrameMain could be accessed')
    this.#say({ message: { channel, data: encode(data), ports: this.#ports.numbered(transfer) } })
  }
  /** @param {any} message */
  hear(message) {
    this.#ports.hear({ ...message, ...('data' in message ? { data: decode(message.data) } : {}) })
  }
  leave() {
    this.detached = true
    this.#ports.end()
  }
}
