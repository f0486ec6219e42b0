import { whenEngineOpen } from './engine-link.ts'
import { isAbort } from './problem.ts'

const PAUSE_MS = 500

const pause = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer)
      // The signal lives as long as its page: without this each pause would leave a listener on it.
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, PAUSE_MS)
    signal.addEventListener('abort', end)
  })

/**
 * Reads a stream of the engine until the signal ends it, and subscribes again when the stream or the engine's
 * line is lost. Streams begin with a snapshot, so nothing has to be caught up.
 * @param onLost told about each failure; losing the engine's line is told by the window itself
 */
export async function followStream<T>(
  subscribe: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  onMessage: (message: T) => void,
  signal: AbortSignal,
  onLost: (error: unknown) => void = () => undefined,
): Promise<void> {
  while (!signal.aborted) {
    await whenEngineOpen()
    if (signal.aborted) return
    try {
      for await (const message of await subscribe(signal)) {
        if (signal.aborted) return
        onMessage(message)
      }
    } catch (error) {
      if (signal.aborted || isAbort(error)) return
      onLost(error)
    }
    await pause(signal)
  }
}
