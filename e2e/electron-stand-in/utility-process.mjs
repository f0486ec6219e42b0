import { fork as forkNode } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { atExit, onlyAfterReady } from './lifecycle.mjs'
import { portLine } from './ports.mjs'

const child = fileURLToPath(new URL('utility-child.mjs', import.meta.url))

class UtilityProcess extends EventEmitter {
  #process
  #ports

  /** @param {string} path @param {string[]} words */
  constructor(path, words) {
    super()
    // A process with a life of its own: what it does wrong ends it and nothing else.
    this.#process = forkNode(child, [path, ...words], { serialization: 'advanced', stdio: 'inherit' })
    this.#ports = portLine((message) => this.#send({ port: message }), 0)
    this.#process.on('spawn', () => this.emit('spawn'))
    this.#process.on('message', (/** @type {any} */ said) => {
      if ('port' in said) this.#ports.hear(said.port)
      else this.emit('message', said.data)
    })
    this.#process.once('exit', (code, signal) => {
      this.#ports.end()
      this.emit('exit', code ?? (signal === 'SIGKILL' ? 137 : 143))
    })
    atExit.push(() => void this.#process.kill('SIGKILL'))
  }
  get pid() {
    return this.#process.pid
  }
  /** @param {unknown} data @param {import('./ports.mjs').MessagePortMain[]} [transfer] */
  postMessage(data, transfer = []) {
    this.#send({ data, ports: this.#ports.numbered(transfer) })
  }
  /** @param {object} message */
  #send(message) {
    if (this.#process.connected) this.#process.send(message)
  }
  kill() {
    return this.#process.kill()
  }
}

export const utilityProcess = {
  /** @param {string} path @param {string[]} [words] */
  fork(path, words = []) {
    onlyAfterReady('utilityProcess.fork()')
    return new UtilityProcess(path, words)
  },
}
