import { pause, type Clock } from '../clock.ts'
import { isPassing } from './http-fault.ts'

const firstPauseMs = 1_000
/** Attempts in a row that brought nothing; the pauses between them double. */
const mostInVain = 4

/**
 * Tries again what the network did.
 * @param progress how far it has come: an attempt that came further than any before was not in vain
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  progress: () => Promise<number>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<T> {
  let inVain = 0
  let furthest = await progress()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      signal.throwIfAborted()
      const reached = await progress()
      inVain = reached > furthest ? 1 : inVain + 1
      furthest = Math.max(furthest, reached)
      if (!isPassing(error) || inVain >= mostInVain) throw error
      await pause(clock, firstPauseMs * 2 ** (inVain - 1), signal)
    }
  }
}
