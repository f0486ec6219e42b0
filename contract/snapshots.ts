import { z } from 'zod'

import { procedure } from './procedure.ts'
import { jobRef, machineRef } from './references.ts'

/** A point in a machine's life that it can be taken back to. */
export const snapshot = z.object({
  name: z.string().min(1).max(255),
  /** Null: a root of the tree. */
  parentName: z.string().nullable(),
  description: z.string(),
  takenAtMs: z.number().int(),
  holds: z.enum(['disks', 'disks-and-memory']),
  machineState: z.enum(['running', 'paused', 'shut-off']),
  /** 'internal' lives inside the disk images, 'external' beside them. */
  kind: z.enum(['internal', 'external', 'mixed']),
  /** The point that the machine stands on now. */
  current: z.boolean(),
  /** Room that it takes; null: the storage cannot tell. */
  sizeBytes: z.number().nullable(),
  hasPicture: z.boolean(),
  /** Taken by Strata itself before it went back to another point. */
  automatic: z.boolean(),
  /** Why it cannot be gone back to, or not be deleted; null: it can. */
  revertBlocked: z.string().nullable(),
  removeBlocked: z.string().nullable(),
  /** Why no new machine can be made from it; null: one can. */
  copyBlocked: z.string().nullable(),
})
export type Snapshot = z.infer<typeof snapshot>

export const snapshotList = z.object({
  snapshots: z.array(snapshot),
  /** Why no point can be taken now; null: one can. */
  takeBlocked: z.string().nullable(),
  suggestedName: z.string(),
  /** What a point taken now would hold. */
  takeHolds: z.enum(['disks', 'disks-and-memory']),
})
export type SnapshotList = z.infer<typeof snapshotList>

const snapshotRef = machineRef.extend({ name: z.string().max(1024) })

export const snapshots = {
  list: procedure.input(machineRef).output(snapshotList),
  /** The guest's screen at that moment; null: it was off, or the picture is gone. */
  picture: procedure.input(snapshotRef).output(z.instanceof(Blob).nullable()),
  take: procedure
    .input(machineRef.extend({ name: snapshot.shape.name, description: z.string().max(10_000) }))
    .output(jobRef),
  /** `present`: whether what is now is kept as a point of its own first. */
  revert: procedure.input(snapshotRef.extend({ present: z.enum(['keep', 'discard']) })).output(jobRef),
  remove: procedure.input(snapshotRef).output(jobRef),
}
