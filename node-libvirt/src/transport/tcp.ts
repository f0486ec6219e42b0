import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { ConnectionError } from '../errors.ts'
import { isLoopback } from './loopback.ts'
import { reasonOfErrno } from './errno.ts'
import type { ConnectTransport } from './transport.ts'

const TCP_PORT = 16_509

/** Connects without encryption, and therefore only to this machine. */
export const connectTcp: ConnectTransport = (uri, { signal }) => {
  const host = uri.host ?? 'localhost'
  if (!isLoopback(host)) {
    const message = `${uri.text}: tcp is not encrypted, and is refused except to this machine; use ssh or tls`
    return Promise.reject(new ConnectionError('unsupported-transport', message))
  }
  return connectPort(host, uri.port ?? TCP_PORT, signal)
}

/** @throws ConnectionError with a reason that says which repair fits; the signal's reason when it aborts */
export async function connectPort(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  const socket = connect({ host, port, noDelay: true })
  try {
    await once(socket, 'connect', { signal })
    return socket
  } catch (error) {
    socket.destroy()
    signal.throwIfAborted()
    const detail = error instanceof Error ? error.message : ''
    const message = `cannot connect to ${host}, port ${port}${detail === '' ? '' : `: ${detail}`}`
    throw new ConnectionError(reasonOfErrno(error), message, { cause: error, detail })
  }
}
