import type { MachineRef } from '@strata/contract/references.ts'
import type { Connection } from 'node-libvirt'

import { canonicalPath } from '../hosts/place/files-of.ts'
import type { Host } from '../hosts/host.ts'
import { placedVolume, readPlaced } from '../storage/placed-files.ts'

/**
 * What Strata made for this machine alone (seeds, answers, a kernel to install with), by the user's own data: a definition could claim any file. Each is
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
    if ((await placedVolume(host, connection, file)) !== null) own.add(await canonicalPath(host, file.path))
  }
  return own
}
