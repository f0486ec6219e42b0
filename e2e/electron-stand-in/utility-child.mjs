// The inside of a utility process: Node with a `parentPort`, and nothing of Electron besides.
import { EventEmitter } from 'node:events'
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { portLine } from './ports.mjs'

const [, , path = '', ...words] = process.argv
const ports = portLine((message) => process.send?.({ port: message }), 1)
/** @type {{ data: unknown, ports: unknown[] }[] | null} */
let waiting = []

class ParentPort extends EventEmitter {
  /** @param {unknown} data */
  postMessage(data) {
    process.send?.({ data })
  }
}
const parentPort = new ParentPort()
parentPort.on('newListener', (event) => {
  if (event !== 'message' || waiting === null) return
  const messages = waiting
  waiting = null
  setImmediate(() => messages.forEach((message) => parentPort.emit('message', message)))
})
process.on('message', (/** @type {any} */ said) => {
  if ('port' in said) return ports.hear(said.port)
  const message = { data: said.data, ports: ports.received(said.ports) }
  if (waiting === null) parentPort.emit('message', message)
  else waiting.push(message)
})
process.on('disconnect', () => process.exit(1))

Object.defineProperty(process.versions, 'electron', { value: '45.4.1' })
Object.assign(process, { parentPort, type: 'utility' })
process.argv.splice(1, process.argv.length, path, ...words)
register('./resolve-electron.mjs', import.meta.url)
await import(pathToFileURL(path).href)
