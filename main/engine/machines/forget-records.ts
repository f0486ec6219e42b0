import type { MachineRef } from '@strata/contract/references.ts'

import type { EngineParts } from '../engine-parts.ts'
import { KeyStore } from '../guest-setup/keys/key-store.ts'
import { KeptVariables } from '../snapshots/kept-variables.ts'
import { SnapshotPictures } from '../snapshots/pictures.ts'
import { forgetPlaced } from '../storage/placed-files.ts'
import { forgetAllowedReach } from './allowed-reach.ts'

/** What Strata has kept of a machine in its own folders goes when the machine is gone for good. */
export async function forgetRecords(
  { folders: { dataDir }, history }: Pick<EngineParts, 'folders' | 'history'>,
  { hostId, uuid }: MachineRef,
): Promise<void> {
  const machine = { hostId, uuid }
  await new SnapshotPictures(dataDir).removeAll(machine)
  await new KeptVariables(dataDir).removeAll(machine)
  await history.remove(machine)
  await new KeyStore(dataDir).forget(machine)
  await forgetPlaced(dataDir, machine)
  await forgetAllowedReach(dataDir, machine)
}
