import { EventEmitter } from 'node:events'

/** @typedef {{ deliver(data: unknown, ports: MessagePortMain[]): void, closed(): void }} Elsewhere */

/** One end of a channel: its messages wait until it is started, and it lives elsewhere once it was handed over. */
export class MessagePortMain extends EventEmitter {
  /** @type {MessagePortMain | null} */
  other = null
  /** Where this end lives now. @type {Elsewhere | null} */
  #elsewhere = null
  /** @type {{ data: unknown, ports: MessagePortMain[] }[]} */
  #waiting = []
  #isStarted = false
  #isClosed = false

  /** @param {unknown} data @param {MessagePortMain[]} [transfer] */
  postMessage(data, transfer = []) {
    if (this.#elsewhere !== null) throw new Error('This port was handed over.')
    this.send(structuredClone(data), transfer)
  }
  /** Sends for whoever has this end. @param {unknown} data @param {MessagePortMain[]} ports */
  send(data, ports) {
    if (!this.#isClosed) this.other?.take(data, ports)
  }
  /** @param {unknown} data @param {MessagePortMain[]} ports */
  take(data, ports) {
    if (this.#isClosed) return
    if (this.#elsewhere !== null) this.#elsewhere.deliver(data, ports)
    else if (this.#isStarted) setImmediate(() => this.emit('message', { data, ports }))
    else this.#waiting.push({ data, ports })
  }
  start() {
    this.#isStarted = true
    for (const message of this.#waiting.splice(0)) setImmediate(() => this.emit('message', message))
  }
  close() {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#elsewhere?.closed()
    const { other } = this
    setImmediate(() => {
      this.emit('close')
      other?.close()
    })
  }
  /** @param {Elsewhere} elsewhere */
  handOver(elsewhere) {
    if (this.#elsewhere !== null) throw new Error('A port can be handed over once.')
    this.#elsewhere = elsewhere
    for (const { data, ports } of this.#waiting.splice(0)) elsewhere.deliver(data, ports)
  }
}

export class MessageChannelMain {
  port1 = new MessagePortMain()
  port2 = new MessagePortMain()
  constructor() {
    this.port1.other = this.port2
    this.port2.other = this.port1
  }
}

/**
 * Carries ports over a line that knows messages only: each end has a number on it.
 * @param {(message: { to: number, data?: unknown, ports?: number[], closed?: true }) => void} send
 * @param {0 | 1} side so that both sides count differently
 */
export function portLine(send, side) {
  /** @type {Map<number, MessagePortMain>} */
  const ends = new Map()
  let last = side
  const numbered = (/** @type {MessagePortMain[]} */ ports) =>
    ports.map((port) => {
      const number = (last += 2)
      ends.set(number, port)
      port.handOver({
        deliver: (data, more) => send({ to: number, data, ports: numbered(more) }),
        closed: () => ends.delete(number) && send({ to: number, closed: true }),
      })
      return number
    })
  /** What came as numbers, as ports of this side. @param {number[]} numbers */
  const received = (numbers) =>
    numbers.map((number) => {
      const { port1, port2 } = new MessageChannelMain()
      ends.set(number, port2)
      port2.handOver({
        deliver: (data, more) => send({ to: number, data, ports: numbered(more) }),
        closed: () => ends.delete(number) && send({ to: number, closed: true }),
      })
      return port1
    })
  return {
    numbered,
    received,
    /** @param {{ to: number, data?: unknown, ports?: number[], closed?: true }} message */
    hear({ to, data, ports = [], closed }) {
      const port = ends.get(to)
      if (closed === true) {
        ends.delete(to)
        port?.close()
      } else port?.send(data, received(ports))
    },
    /** The other side is gone. */
    end() {
      for (const port of [...ends.values()]) port.close()
      ends.clear()
    },
  }
}
