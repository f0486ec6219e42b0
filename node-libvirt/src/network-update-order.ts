import type { Connection } from './connection.ts'

/** virDrvFeature: VIR_DRV_FEATURE_NETWORK_UPDATE_HAS_CORRECT_ORDER */
const FEATURE_CORRECT_ORDER = 16

const known = new WeakMap<Connection, Promise<boolean>>()

/**
 * Command and section of a network's update as the daemon takes them. From the first release on libvirt had the two the
 * wrong way round; daemons that know better say so by a feature, and all others want them exchanged.
 * @see virNetworkUpdate, which asks for the same
 */
export async function inOrderOf(
  connection: Connection,
  command: number,
  section: number,
): Promise<{ command: number; section: number }> {
  let isCorrect = known.get(connection)
  if (isCorrect === undefined) {
    isCorrect = connection
      .call('connectSupportsFeature', { feature: FEATURE_CORRECT_ORDER })
      .then(({ supported }) => supported !== 0)
    known.set(connection, isCorrect)
    isCorrect.catch(() => known.delete(connection)) // asked again by the next
  }
  return (await isCorrect) ? { command, section } : { command: section, section: command }
}
