import { z } from 'zod'

/** What somebody who starts Strata wants to see. */
export const wish = z.discriminatedUnion('kind', [
  /** The window, as it is. */
  z.object({ kind: z.literal('window') }),
  z.object({ kind: z.literal('new-machine') }),
  /** A new machine from this file. */
  z.object({ kind: z.literal('file'), path: z.string().min(1).max(4096) }),
  /** A machine's page, by its name or UUID. */
  z.object({ kind: z.literal('machine'), machine: z.string().min(1).max(1024) }),
])
export type Wish = z.infer<typeof wish>

/** The address of the page that shows it, within the window; null: whatever the window shows. */
export function pageOf(wanted: Wish): string | null {
  switch (wanted.kind) {
    case 'window':
      return null
    case 'new-machine':
      return '/new'
    case 'file':
      return `/new?${new URLSearchParams({ file: wanted.path }).toString()}`
    case 'machine':
      return `/open?${new URLSearchParams({ machine: wanted.machine }).toString()}`
  }
}
