import { deletionFile } from '@strata/contract/machines.ts'
import { trashedMachine, type TrashedMachine } from '@strata/contract/trash.ts'
import { z } from 'zod'

/** All that is needed to bring a machine back, or to remove what it left. One JSON file each. */
export const trashEntry = trashedMachine.omit({ files: true }).extend({
  /** What is the machine's own. 'keep' files are not listed: they stay in any case. */
  files: z.array(deletionFile.pick({ path: true, role: true, allocationBytes: true })),
  /** Without passwords. */
  definition: z.string(),
  /** A new password is made when it comes back: secrets are not kept in files. */
  hadScreenPassword: z.boolean(),
  autostart: z.boolean(),
  /** Parents before children. */
  restorePoints: z.array(z.object({ xml: z.string(), current: z.boolean() })),
})
export type TrashEntry = z.infer<typeof trashEntry>

export function trashedMachineOf(entry: TrashEntry): TrashedMachine {
  const { id, hostId, uuid, name, trashedAtMs, expiresAtMs, restorePointCount } = entry
  const files = entry.files.map(({ path, allocationBytes }) => ({ path, allocationBytes }))
  return { id, hostId, uuid, name, trashedAtMs, expiresAtMs, restorePointCount, files }
}
