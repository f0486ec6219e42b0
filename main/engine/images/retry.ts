import { pause, type Clock } from './clock.ts'
import { isPassing } from './http-fault.ts'

const firstPauseMs = 1_000
/** Attempts in a row that brought nothing; the pauses between them double. */
const mostInVain = 4

/**
 * Tries again what the network did.
 * @param progress grows with what an attempt brought, so that a long way with many breaks is still a way
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  progress: () => Promise<number>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<T> {
  let inVain = 0
  for (;;) {
    const before = await progress()
    try {
      return await attempt()
    } catch (error) {
      signal.throwIfAborted()
      inVain = (await progress()) > before ? 1 : inVain + 1
      if (!isPassing(error) || inVain >= mostInVain) throw error
      await pause(clock, firstPauseMs * 2 ** (inVain - 1), signal)
    }
  }
}
