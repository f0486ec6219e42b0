import { setTimeout as pause } from 'node:timers/promises'

import type { Connection } from 'node-libvirt'

import { isLostAnswer } from '../strata-error.ts'
import type { Host } from './host.ts'

/** How long an act waits for its host to answer again before it ends without knowing. */
const patienceMs = 30_000
const betweenLooksMs = 200

/**
 * After a lost answer: asks the daemon what became of the thing, as soon as it answers again.
 * @returns null when it does not answer in time; then nothing is known
 */
export async function lookWhenBack<T>(
  host: Host,
  look: (connection: Connection) => Promise<T>,
): Promise<{ readonly found: T } | null> {
  const giveUp = AbortSignal.timeout(patienceMs)
  while (!giveUp.aborted) {
    try {
      await host.whenConnected(giveUp)
      return { found: await host.slow(look) }
    } catch (error) {
      if (giveUp.aborted) return null
      if (!isLostAnswer(error)) throw error
      // The connection that was lost may not have noticed it yet.
      await pause(betweenLooksMs, undefined, { signal: giveUp }).catch(() => undefined)
    }
  }
  return null
}
