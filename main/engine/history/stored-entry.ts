import { historyEntry, type HistoryEntry } from '@strata/contract/history.ts'
import { say } from '@strata/contract/words/say.ts'
import { storedSaid } from '@strata/contract/words/said.ts'
import { z } from 'zod'

/** How an entry is taken back; the same shapes as in definitions/told-change.ts. */
const undoing = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('definition'), before: z.string(), after: z.string(), commands: z.array(z.string()) }),
  z.object({ kind: z.literal('name'), before: z.string(), after: z.string(), title: z.string().nullable() }),
  z.object({ kind: z.literal('template'), isTemplate: z.boolean(), autostart: z.boolean() }),
  z.object({ kind: z.literal('autostart'), autostart: z.boolean() }),
  z.object({ kind: z.literal('none'), why: storedSaid }),
])

/** A line of a history's file. What a former Strata did not write has a value that says so. */
export const storedEntry = historyEntry.omit({ undo: true }).extend({
  undoing: undoing.default({ kind: 'none', why: say('history.strataDidNotWrite') }),
  /** The entry that this one takes back; null: none. */
  undoes: z.string().nullable().default(null),
})
export type StoredEntry = z.infer<typeof storedEntry>
/** What is told; the store gives the id. */
export type NewEntry = Omit<z.input<typeof storedEntry>, 'id'>

/** Newest first, as the window gets them. Who was taken back cannot be once more, unless that was taken back too. */
export function shownEntries(newestFirst: readonly StoredEntry[]): HistoryEntry[] {
  const takenBack = idsTakenBack(newestFirst)
  return newestFirst.map(({ undoing: how, ...entry }) => ({
    ...entry,
    undo: takenBack.has(entry.id)
      ? { possible: false, why: say('history.takenBack') }
      : how.kind === 'none'
        ? { possible: false, why: how.why }
        : { possible: true },
  }))
}

export function idsTakenBack(newestFirst: readonly StoredEntry[]): ReadonlySet<string> {
  const takenBack = new Set<string>()
  for (const { id, undoes } of newestFirst) if (undoes !== null && !takenBack.has(id)) takenBack.add(undoes)
  return takenBack
}
