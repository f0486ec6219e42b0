import type { MachineRef } from '@strata/contract/references.ts'
import type { Connection } from 'node-libvirt'

import { canonicalPath } from '../hosts/place/files-of.ts'
import type { Host } from '../hosts/host.ts'
import { placedVolume, readPlaced } from '../storage/placed-files.ts'

/** The endings of the media that Strata makes for one machine. */
const ownMediaNames = /-(?:seed|answers)\.iso$/

/**
 * The media that Strata made for this machine alone, by the user's own data: a definition could claim any file. Each is
 * still the file that was made.
 */
export async function ownMediaOf(
  host: Host,
  connection: Connection,
  machine: MachineRef,
  dataDir: string,
): Promise<Set<string>> {
  const own = new Set<string>()
  for (const file of (await readPlaced(dataDir, machine))?.files ?? []) {
    if (!ownMediaNames.test(file.name) || (await placedVolume(host, connection, file)) === null) continue
    own.add(await canonicalPath(host, file.path))
  }
  return own
}
