import type { Connection } from '../src/connection.ts'

/** Whether the daemon is of this release or a later one, for what differs and cannot be asked for. */
export async function isAtLeast(connection: Connection, release: string): Promise<boolean> {
  return asNumber(await connection.getLibVersion()) >= asNumber(release)
}

/** '11.3.0' → 1103, so that 7.10 would be more than 7.9. */
function asNumber(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major * 100 + minor
}
