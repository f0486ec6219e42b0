import type { RPCHandler } from '@orpc/server/ws'
import type { WebSocket } from 'ws'

/** From here on a stream's next value waits until the client has taken some; the stream itself then skips to a new snapshot. */
const HIGH_WATER_BYTES = 1024 * 1024

type Handler = Pick<RPCHandler<Record<never, never>>, 'upgrade'>

/** Speaks the contract over one WebSocket; a client that reads slowly slows its own streams and no other. */
export function serveRpc(socket: WebSocket, handler: Handler): void {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const send = (data: Parameters<WebSocket['send']>[0]): Promise<void> => {
    // Waits, rather than drops: a stream that always has more would spin and never let the close be noticed.
    if (socket.readyState !== socket.OPEN) return closed
    if (socket.bufferedAmount < HIGH_WATER_BYTES) {
      socket.send(data)
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      // Called with an error too, when the socket closes first: the streams then end by its close event.
      socket.send(data, () => resolve())
    })
  }
  // Typed as if nothing came back, but the library awaits what `send` returns before it takes a stream's next value.
  const awaited: WebSocket['send'] = (data) => send(data) as unknown as void
  void handler.upgrade({ addEventListener: socket.addEventListener.bind(socket), send: awaited })
}
