import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { ConnectionError } from '../errors.ts'
import { reasonOfErrno } from './errno.ts'
import { spawnSessionDaemon } from './session-daemon.ts'
import { daemonSocket } from './socket-path.ts'
import type { ConnectTransport } from './transport.ts'

/** Connects to a daemon's unix socket; starts the user's own daemon when it is meant and not there. */
export const connectUnix: ConnectTransport = async (uri, options) => {
  const userId = process.getuid?.() ?? 0
  const socket = daemonSocket(uri, { env: options.env, userId, readOnly: options.readOnly })
  try {
    return await connectSocket(socket.path, options.signal)
  } catch (error) {
    const isAbsent = error instanceof ConnectionError && (error.reason === 'not-found' || error.reason === 'refused')
    // A socket that is named belongs to somebody who runs a daemon behind it: a spawned one would not listen there.
    const maySpawn = options.autospawn && socket.isSession && userId !== 0 && !uri.parameters.has('socket')
    if (!isAbsent || !maySpawn) throw error
    return spawnSessionDaemon(socket, options.env, options.signal, () => connectSocket(socket.path, options.signal))
  }
}

/** @throws ConnectionError with a reason that says which repair fits; the signal's reason when it aborts */
export async function connectSocket(path: string, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  const socket = connect({ path })
  try {
    await once(socket, 'connect', { signal })
    return socket
  } catch (error) {
    socket.destroy()
    signal.throwIfAborted()
    const { message } = error as Error
    throw new ConnectionError(reasonOfErrno(error), `cannot connect to ${path}: ${message}`, { cause: error })
  }
}
