import type { Port } from './console-port-stream.ts'

/** The largest request is a definition or a small file; the web shell has the same limit. */
export const LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024

type Data = string | ArrayBuffer | Uint8Array

/** The part of a WebSocket that the contract's handler speaks to. */
export interface SocketLike {
  addEventListener(event: 'message', listener: (event: { data: Data }) => void): void
  addEventListener(event: 'close', listener: () => void): void
  send(data: unknown): void
}

/**
 * A page's port in the shape of a WebSocket, for the contract's handler of sockets: unlike the one for ports it catches
 * what a malformed message makes it throw, which would otherwise end the process. What no window of ours sends does
 * not get as far: a port on which it came is closed.
 */
export function asSocket(port: Port, onMalformed: (what: string) => void): SocketLike {
  return {
    addEventListener: (event: 'message' | 'close', listener: ((event: { data: Data }) => void) | (() => void)) => {
      if (event === 'close') return void port.on('close', listener as () => void)
      port.on('message', ({ data }) => {
        const fault = faultOf(data)
        if (fault === null) return listener({ data: data as Data })
        onMalformed(fault)
        port.close()
      })
    },
    send: (data) => port.postMessage(data),
  }
}

function faultOf(data: unknown): string | null {
  if (typeof data === 'string') return data.length > LARGEST_MESSAGE_BYTES ? 'a text too long' : null
  if (!(data instanceof ArrayBuffer || data instanceof Uint8Array)) return `neither text nor bytes: ${typeof data}`
  return data.byteLength > LARGEST_MESSAGE_BYTES ? 'too many bytes' : null
}
