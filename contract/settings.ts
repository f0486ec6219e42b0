import { z } from 'zod'

import { procedure } from './procedure.ts'
import { said } from './words/said.ts'

export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  trashDays: z.number().int().min(1).max(365),
  /** Folder of the file chooser's last choice; null: none yet. */
  lastMediaFolder: z.string().max(4096).nullable(),
  tableSort: z.object({ column: z.string().max(64), direction: z.enum(['ascending', 'descending']) }),
})
export type Settings = z.infer<typeof settings>

/** What the window says when it opens: mostly of a file of Strata's own that was not as it should be. */
export const startNotice = z.object({
  /** Null: it is about no file. */
  path: z.string().nullable(),
  /** Where it lies now; null: it stayed. */
  setAsidePath: z.string().nullable(),
  sentence: said,
})
export type StartNotice = z.infer<typeof startNotice>

export const settingsContract = {
  notices: procedure.output(z.array(startNotice)),
  read: procedure.output(settings),
  change: procedure.input(settings.partial()).output(settings),
}
