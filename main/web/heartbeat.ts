import type { WebSocket } from 'ws'

/**
 * Ends connections whose other side is gone without a word (a tunnel that broke, a computer that slept):
 * a socket that has not answered one ping when the next is due is terminated.
 * @returns stops it
 */
export function keepHeartbeat(sockets: ReadonlySet<WebSocket>, intervalMs: number): () => void {
  const unanswered = new WeakSet<WebSocket>()
  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (unanswered.has(socket)) {
        socket.terminate()
        continue
      }
      unanswered.add(socket)
      socket.once('pong', () => unanswered.delete(socket))
      socket.ping()
    }
  }, intervalMs)
  timer.unref() // never the reason that the program stays
  return () => clearInterval(timer)
}
