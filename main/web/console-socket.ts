import type { Duplex } from 'node:stream'

import { StrataError } from '@strata/engine/strata-error.ts'
import type { WebSocket } from 'ws'

import { ConsoleStream } from './console-stream.ts'

/** Close codes of a console; the reason beside FAILED is a StrataErrorCode. */
const ENDED = 1000
const FAILED = 4000

/** Joins a page's WebSocket to the guest behind a ticket, and tells the page how it ended. */
export async function serveConsole(socket: WebSocket, connect: (channel: Duplex) => Promise<void>): Promise<void> {
  const stream = new ConsoleStream(socket)
  // An error is not lost without a listener of its own: `errored` below keeps it.
  stream.on('error', () => socket.resume())
  const over = new Promise<void>((resolve) => stream.once('finish', resolve).once('close', resolve))
  try {
    await connect(stream)
    await over
    if (stream.errored === null) socket.close(ENDED)
    else socket.close(FAILED, 'connection-lost')
  } catch (error) {
    socket.close(FAILED, error instanceof StrataError ? error.code : 'internal')
  } finally {
    socket.resume() // the page's answer to the close has to be read
    stream.destroy()
  }
}
