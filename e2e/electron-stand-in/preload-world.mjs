/**
 * The world of a sandboxed preload in a page, as text that the browser runs there before the page's own scripts: a
 * CommonJS `require` that knows Electron's few modules of the page and nothing of Node, and the bridge to the page.
 * @param {string} preload the preload's own code
 */
export const preloadWorld = (preload) => `(() => {
  if (window !== top) return
  const encode = ${encode.toString()}
  const decode = ${decode.toString()}
  const tell = (message) => standInTell(JSON.stringify(message))
  const ends = new Map()
  let last = 1
  const numbered = (ports) => ports.map((port) => keep((last += 2), port))
  const keep = (number, port) => {
    ends.set(number, port)
    port.addEventListener('message', ({ data, ports }) => tell({ port: { to: number, data: encode(data), ports: numbered([...ports]) } }))
    port.addEventListener('close', () => ends.delete(number) && tell({ port: { to: number, closed: true } }))
    port.start()
    return number
  }
  const received = (numbers) => numbers.map((number) => {
    const { port1, port2 } = new MessageChannel()
    keep(number, port2)
    return port1
  })
  const listeners = new Map()
  const ipcRenderer = {
    send: (channel, ...words) => tell({ send: { channel, words: encode(words) } }),
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
  }
  window.standInHear = ({ message, port }) => {
    if (message !== undefined) {
      const event = { sender: ipcRenderer, ports: received(message.ports) }
      for (const listener of listeners.get(message.channel) ?? []) listener(event, decode(message.data))
    } else if (port.closed === true) {
      // The page's half makes an event of it (below): browsers have none when the other end goes, Electron does.
      ends.get(port.to)?.postMessage('stand-in: closed')
      ends.get(port.to)?.close()
      ends.delete(port.to)
    } else ends.get(port.to)?.postMessage(decode(port.data), received(port.ports ?? []))
  }
  // Objects of one world are not those of the other; what both see is the document.
  const crossing = document.createElement('input')
  crossing.type = 'file'
  const exposed = new Map()
  const contextBridge = {
    exposeInMainWorld(name, api) {
      for (const [key, value] of Object.entries(api)) {
        if (value instanceof MessagePort) throw new Error('An object could not be cloned.')
        if (typeof value !== 'function') throw new Error('This stand-in exposes functions only.')
      }
      exposed.set(name, api)
      crossing.dataset.exposed = JSON.stringify([...exposed].map(([each, what]) => [each, Object.keys(what)]))
    },
  }
  crossing.addEventListener('stand-in-call', () => {
    const { name, key, words } = JSON.parse(crossing.dataset.call)
    const real = words.map((word) => (word === 'the file' ? crossing.files[0] : word.value))
    const given = exposed.get(name)[key](...real)
    if (given instanceof Promise || given instanceof MessagePort) throw new Error('An object could not be cloned.')
    crossing.dataset.given = JSON.stringify({ given })
  })
  const webUtils = {
    // The browser tells no page where a file lies: the tests put the paths of those that they drop on the document.
    getPathForFile: (file) => JSON.parse(document.documentElement.dataset.standInPaths ?? '{}')[file.name] ?? '',
  }
  const require = (name) => {
    if (name === 'electron') return { contextBridge, ipcRenderer, webUtils }
    throw new Error('module not found: ' + name)
  }
  const module = { exports: {} }
  ;(function (require, module, exports) {
${preload}
  })(require, module, module.exports)
  // The page's own world takes it from the document at once, before any of its scripts has run.
  const hand = () => document.documentElement === null
    ? new MutationObserver((_, observer) => document.documentElement !== null && (observer.disconnect(), hand())).observe(document, { childList: true })
    : document.documentElement.appendChild(crossing)
  crossing.hidden = true
  crossing.id = 'stand-in-crossing'
  window.standInCrossing = crossing
  hand()
})()`

/** The other half, in the page's own world: makes what the preload has exposed there when it is first asked for. */
export const pageWorld = `(() => {
  if (window !== top) return
  const listen = MessagePort.prototype.addEventListener
  const wired = new WeakSet()
  MessagePort.prototype.addEventListener = function (...words) {
    if (!wired.has(this)) {
      wired.add(this)
      listen.call(this, 'message', (event) => {
        if (event.data !== 'stand-in: closed') return
        event.stopImmediatePropagation()
        this.dispatchEvent(new Event('close'))
      })
    }
    return listen.apply(this, words)
  }
  const make = (crossing, name, keys) => Object.freeze(Object.fromEntries(keys.map((key) => [key, (...words) => {
    const file = words.find((word) => word instanceof File)
    if (file !== undefined) {
      const transfer = new DataTransfer()
      transfer.items.add(file)
      crossing.files = transfer.files
    }
    crossing.dataset.call = JSON.stringify({ name, key, words: words.map((word) => (word instanceof File ? 'the file' : { value: word })) })
    crossing.dispatchEvent(new Event('stand-in-call'))
    return JSON.parse(crossing.dataset.given).given
  }])))
  const take = () => {
    const crossing = document.getElementById('stand-in-crossing')
    if (crossing === null) return false
    crossing.remove()
    for (const [name, keys] of JSON.parse(crossing.dataset.exposed ?? '[]')) {
      Object.defineProperty(window, name, { value: make(crossing, name, keys) })
    }
    return true
  }
  if (!take()) new MutationObserver((_, observer) => take() && observer.disconnect()).observe(document, { childList: true, subtree: true })
})()`

/** Messages as text: buffers by their bytes. @param {any} value @returns {any} */
export function encode(value) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    const bytes =
      value instanceof ArrayBuffer
        ? new Uint8Array(value)
        : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    let text = ''
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768))
    return { bytes: btoa(text), isBuffer: value instanceof ArrayBuffer }
  }
  if (Array.isArray(value)) return { list: value.map((each) => encode(each)) }
  if (typeof value === 'object' && value !== null) {
    return { parts: Object.entries(value).map(([key, each]) => [key, encode(each)]) }
  }
  return { plain: value }
}

/** @param {any} coded @returns {any} */
export function decode(coded) {
  if ('bytes' in coded) {
    const text = atob(coded.bytes)
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    return coded.isBuffer ? bytes.buffer : bytes
  }
  if ('list' in coded) return coded.list.map((/** @type {any} */ each) => decode(each))
  if ('parts' in coded)
    return Object.fromEntries(coded.parts.map((/** @type {any} */ [key, each]) => [key, decode(each)]))
  return coded.plain
}
