import { EventEmitter } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

import type { Port } from '../console-port-stream.ts'

/** Node's own MessagePort under the interface of Electron's. */
class NodePort extends EventEmitter implements Port {
  constructor(readonly inner: MessagePort) {
    super()
    inner.on('close', () => this.emit('close'))
  }

  postMessage(message: unknown, transfer: readonly NodePort[] = []): void {
    this.inner.postMessage(
      message,
      transfer.map((port) => port.inner),
    )
  }

  /** Listens only now: Node's port starts with its first listener, where Electron's waits for this call. */
  start(): void {
    this.inner.addEventListener('message', (event: Event & { data?: unknown; ports?: readonly MessagePort[] }) => {
      const { data, ports = [] } = event
      this.emit('message', { data, ports: ports.map((port) => new NodePort(port)) })
    })
  }

  close(): void {
    this.inner.close()
  }
}
export type { NodePort }

/** Two joined ports. */
export function portPair(): [NodePort, NodePort] {
  const { port1, port2 } = new MessageChannel()
  return [new NodePort(port1), new NodePort(port2)]
}
