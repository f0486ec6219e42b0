import type { Duplex } from 'node:stream'

import { StrataError } from '@strata/engine/strata-error.ts'

import { ConsolePortStream, type Port } from './console-port-stream.ts'

/** Joins a window's console to the guest behind a ticket, and tells the window how it ended. */
export async function serveConsolePort(port: Port, connect: (channel: Duplex) => Promise<void>): Promise<void> {
  const stream = new ConsolePortStream(port)
  stream.on('error', () => undefined) // kept in `errored`, which is looked at below
  const over = new Promise<void>((resolve) => stream.once('finish', resolve).once('close', resolve))
  try {
    await connect(stream)
    await over
    port.postMessage(stream.errored === null ? { end: true } : { error: 'connection-lost' })
  } catch (error) {
    port.postMessage({ error: error instanceof StrataError ? error.code : 'internal' })
  } finally {
    stream.destroy()
    port.close()
  }
}

/** Takes the consoles that a window opens: each comes as a ticket with a port of its own. */
export function serveConsoles(
  consoles: Port,
  connectConsole: (ticket: string, channel: Duplex) => Promise<void>,
): void {
  consoles.on('message', ({ data, ports: [port] }) => {
    if (port === undefined) return
    const ticket = ticketOf(data)
    if (ticket === null) port.close()
    else void serveConsolePort(port, (channel) => connectConsole(ticket, channel))
  })
  consoles.start()
}

function ticketOf(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('ticket' in data)) return null
  return typeof data.ticket === 'string' && data.ticket.length <= 128 ? data.ticket : null
}
