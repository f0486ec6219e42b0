import { createHash } from 'node:crypto'
import { join } from 'node:path'

import type { MachineRef } from '@strata/contract/references.ts'

/** Where the user's own data keeps a record of one kind about a machine. A host's id may hold what a file's name may not. */
export function recordPath(dataDir: string, kind: 'placed' | 'allowed', { hostId, uuid }: MachineRef): string {
  const folder = createHash('sha256').update(hostId).digest('hex').slice(0, 16)
  return join(dataDir, kind, folder, `${uuid}.json`)
}
