import { z } from 'zod'

import { procedure } from './procedure.ts'

export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  trashDays: z.number().int().min(1).max(365),
  /** Folder of the file chooser's last choice; null: none yet. */
  lastMediaFolder: z.string().nullable(),
  tableSort: z.object({ column: z.string(), direction: z.enum(['ascending', 'descending']) }),
})
export type Settings = z.infer<typeof settings>

export const settingsContract = {
  read: procedure.output(settings),
  change: procedure.input(settings.partial()).output(settings),
}
