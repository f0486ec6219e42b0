import type { DeletionPlan, Machine } from '@strata/contract/machines.ts'

import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import { toStrataError } from '../strata-error.ts'
import { daemonFolders } from './daemon-folders.ts'
import { gatherDeletion } from './gather-deletion.ts'
import { freedBytes, planDeletion } from './plan-deletion.ts'

/** What a deletion would do, looked up afresh: it is asked before the user decides and again before anything is deleted. */
export async function deletionPlan(
  host: Host,
  uuid: string,
  parts: Pick<EngineParts, 'folders' | 'settings'>,
): Promise<DeletionPlan> {
  const machine = host.inventory.requireMachine(uuid)
  const folders = daemonFolders(host.kind, parts.folders.homeDir, process.env)
  try {
    const ground = await gatherDeletion(host, machine, folders)
    const files = planDeletion(ground)
    return {
      name: machine.name,
      state: machine.state,
      files,
      freedBytes: freedBytes(files),
      restorePointCount: await host.slow(async (connection) =>
        (await connection.domainLookupByUUID(uuid)).snapshotNum(),
      ),
      trashUnavailable: trashUnavailable(machine),
      trashDays: parts.settings.read().trashDays,
    }
  } catch (error) {
    throw toStrataError(error, `What belongs to “${machine.name}” could not be found out.`)
  }
}

/** The trash keeps the definition and the files where they lie; what libvirt throws away with a definition it cannot keep. */
export function trashUnavailable(machine: Machine): string | null {
  if (!machine.persistent) return 'This machine has no definition that could be kept: it disappears when it stops.'
  if (machine.hasSavedState)
    return 'The saved state cannot lie in the trash. Start the machine, or discard the saved state first.'
  return null
}
