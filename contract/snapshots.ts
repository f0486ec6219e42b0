import { z } from 'zod'

import { procedure } from './procedure.ts'
import { jobRef, machineRef } from './references.ts'
import { said } from './words/said.ts'

/**
 * A name that a new point can have; the messages are for the user. libvirt makes it part of a file's name. QEMU (measured
 * with 7.2) takes digits for the number of another point, and does not keep a running machine's point at all when its name
 * has a quote or a backslash, without saying so.
 */
export const newPointName = z
  .string()
  .refine((name) => name !== '', 'A restore point needs a name.')
  .refine((name) => name.trim() === name, 'A name does not begin or end with a space.')
  .refine((name) => !name.startsWith('.'), 'A name does not begin with a full stop.')
  .refine((name) => !/[/\p{Cc}]/u.test(name), 'A name has no slash and no control characters.')
  .refine((name) => !/["\\]/.test(name), 'A name has no straight double quote and no backslash.')
  .refine((name) => !/^\d+$/.test(name), 'A name has something besides digits.')
  .refine((name) => utf8Length(name) <= 200, 'The name is too long.')

const utf8Length = (text: string) =>
  [...text].reduce((sum, character) => {
    const code = character.codePointAt(0) ?? 0
    return sum + (code < 0x80 ? 1 : code < 0x8_00 ? 2 : code < 0x1_00_00 ? 3 : 4)
  }, 0)

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
  revertBlocked: said.nullable(),
  removeBlocked: said.nullable(),
  /** Why no new machine can be made from it; null: one can. */
  copyBlocked: said.nullable(),
})
export type Snapshot = z.infer<typeof snapshot>

/** A point that disk images hold and libvirt's list does not. */
export const forgottenPoint = z.object({
  /** Tells it from others of its name. */
  key: z.string(),
  name: z.string(),
  takenAtMs: z.number().int(),
  /** Those whose images hold it. */
  targetDevs: z.array(z.string()),
  /** Why it cannot be taken back into the list, or not be removed from the images; null: it can. */
  takeBackBlocked: said.nullable(),
  removeBlocked: said.nullable(),
})
export type ForgottenPoint = z.infer<typeof forgottenPoint>

export const snapshotList = z.object({
  snapshots: z.array(snapshot),
  forgotten: z.array(forgottenPoint),
  /** Why no point can be taken now; null: one can. */
  takeBlocked: said.nullable(),
  suggestedName: z.string(),
  /** Names that a new point cannot have: those of the list, and those that an image holds. */
  takenNames: z.array(z.string()),
  /** What a point taken now would not hold, as sentences. */
  takeNotices: z.array(said),
  /** What a point taken now would hold. */
  takeHolds: z.enum(['disks', 'disks-and-memory']),
})
export type SnapshotList = z.infer<typeof snapshotList>

/** Whether a machine can be taken back to a point, and what to know before: by everything that needs its disks. */
export const wayBack = z.object({ blocked: said.nullable(), notices: z.array(said) })
export type WayBack = z.infer<typeof wayBack>

const snapshotRef = machineRef.extend({ name: z.string().max(1024) })
const forgottenRef = machineRef.extend({ key: z.string().max(4096) })

export const snapshots = {
  list: procedure.input(machineRef).output(snapshotList),
  /** The guest's screen at that moment; null: it was off, or the picture is gone. */
  picture: procedure.input(snapshotRef).output(z.instanceof(Blob).nullable()),
  take: procedure
    .input(machineRef.extend({ name: snapshot.shape.name, description: z.string().max(10_000) }))
    .output(jobRef),
  /** `present`: whether what is now is kept as a point of its own first. */
  revert: procedure.input(snapshotRef.extend({ present: z.enum(['keep', 'discard']) })).output(jobRef),
  /** More than the list can tell, as it asks all machines of this computer: for the point that is looked at. */
  wayBack: procedure.input(snapshotRef).output(wayBack),
  remove: procedure.input(snapshotRef).output(jobRef),
  takeBackForgotten: procedure.input(forgottenRef).output(jobRef),
  removeForgotten: procedure.input(forgottenRef).output(jobRef),
}
