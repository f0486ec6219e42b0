import { deletionFile } from '@strata/contract/machines.ts'
import { trashedMachine, type TrashedMachine } from '@strata/contract/trash.ts'
import { z } from 'zod'

import { daysLeft, trashDayCount } from './trash-days.ts'

/**
 * How far the act has come, written down before each step, so that what was cut short can be finished or taken back.
 *
 * | state     | the machine may be defined | at the next look                                  |
 * |-----------|----------------------------|---------------------------------------------------|
 * | arriving  | yes                        | defined: the entry goes; else it is in the trash  |
 * | in        | no                         | –                                                 |
 * | returning | yes                        | put back to the end                               |
 * | deleting  | yes                        | defined: the entry goes; else purged              |
 * | purging   | no                         | purged to the end                                 |
 */
export const entryState = z.enum(['arriving', 'in', 'returning', 'deleting', 'purging'])
export type EntryState = z.infer<typeof entryState>

/** All that is needed to bring a machine back, or to remove what it left. One JSON file each. */
export const trashEntry = trashedMachine.omit({ files: true, daysLeft: true, state: true }).extend({
  state: entryState.default('in'),
  days: trashDayCount.default({ counted: 0, lastDay: null, announcedDay: null }),
  /** What is the machine's own. 'keep' files are not listed: they stay in any case. */
  files: z.array(
    deletionFile.pick({ path: true, role: true, allocationBytes: true }).extend({
      /** Tells the file from any other that takes its place; null: it could not be seen. */
      identity: z.string().nullable().default(null),
    }),
  ),
  /** All images that it had, its own or not: it needs them to come back. */
  imagePaths: z.array(z.string()).default([]),
  /** Without passwords. */
  definition: z.string(),
  /** A new password is made when it comes back: secrets are not kept in files. */
  hadScreenPassword: z.boolean(),
  autostart: z.boolean(),
  /** Parents before children. */
  restorePoints: z.array(z.object({ xml: z.string(), current: z.boolean() })),
})
export type TrashEntry = z.infer<typeof trashEntry>

/** @param isInHand whether something is being done with it now: what is on its way and in nobody's hand was cut short */
export function trashedMachineOf(entry: TrashEntry, trashDays: number, isInHand: boolean): TrashedMachine {
  const { id, hostId, uuid, name, trashedAtMs, restorePointCount } = entry
  const files = entry.files.map(({ path, allocationBytes }) => ({ path, allocationBytes }))
  const shown = entry.state === 'deleting' || entry.state === 'purging' ? 'being-deleted' : entry.state
  const state = shown === 'in' || isInHand ? shown : 'cut-short'
  return {
    ...{ id, hostId, uuid, name, trashedAtMs, restorePointCount, files, state },
    daysLeft: daysLeft(entry.days, trashDays),
  }
}
