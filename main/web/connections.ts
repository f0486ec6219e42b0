import type { Server } from 'node:http'
import type { Socket } from 'node:net'

import { plainAnswer } from './answers.ts'
import { peerUser } from './peer-user.ts'

/** All that may be open at once: a window has a handful, each console one. */
const MOST_CONNECTIONS = 512
/** Of those that are not signed in; a browser opens six. */
const MOST_PLAIN_CONNECTIONS = 64
/** A request's head and its small body come at once from an honest page. */
const HEADERS_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 10_000

export interface Connections {
  /** Whether this connection is of a user who may speak to this server at all; else it is answered already. */
  mayAsk(socket: Socket): Promise<boolean>
  /** From here on it is a signed-in WebSocket and counts no more among the plain ones. */
  becameSocket(socket: Socket): void
}

/** Keeps the number of connections small, and other users of this computer out. */
export function guardConnections(server: Server, users: ReadonlySet<number>): Connections {
  server.maxConnections = MOST_CONNECTIONS
  server.headersTimeout = HEADERS_TIMEOUT_MS
  server.requestTimeout = REQUEST_TIMEOUT_MS
  const plain = new Set<Socket>() // the oldest first
  const checks = new WeakMap<Socket, Promise<boolean>>()

  server.on('connection', (socket: Socket) => {
    plain.add(socket)
    socket.once('close', () => plain.delete(socket))
    checks.set(socket, isOfOneOf(socket, users))
    // The oldest goes, not the newest: whoever holds many and asks nothing must not shut others out.
    if (plain.size > MOST_PLAIN_CONNECTIONS) plain.values().next().value?.destroy()
  })
  return {
    mayAsk: (socket) => checks.get(socket) ?? Promise.resolve(false),
    becameSocket: (socket) => plain.delete(socket),
  }
}

async function isOfOneOf(socket: Socket, users: ReadonlySet<number>): Promise<boolean> {
  const user = await peerUser(socket)
  if (user === 'unknown' || (user !== 'gone' && users.has(user))) return true
  socket.once('finish', () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.end(plainAnswer(403, 'This Strata belongs to another user of this computer.'))
  return false
}
