import { said } from './words/said.ts'
import { z } from 'zod'

import { procedure } from './procedure.ts'

export const fileEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  sizeBytes: z.number().nullable(),
  modifiedAtMs: z.number().nullable(),
  readable: z.boolean(),
})
export type FileEntry = z.infer<typeof fileEntry>

export const folderListing = z.object({
  path: z.string(),
  parentPath: z.string().nullable(),
  entries: z.array(fileEntry),
  /** Good places to start: home, Downloads, pools. */
  places: z.array(z.object({ label: said, path: z.string() })),
})
export type FolderListing = z.infer<typeof folderListing>

/** The files of the computer that the engine runs on. */
export const files = {
  /** A null path is the user's Downloads folder, or home. `endings` are lower-case with the dot: '.iso'. */
  list: procedure
    .input(z.object({ path: z.string().max(4096).nullable(), endings: z.array(z.string().max(32)).max(64) }))
    .output(folderListing),
  /** The text of a file with libvirt XML, 1 MiB at most; refused for anything else. */
  readDefinition: procedure
    .input(z.object({ path: z.string().min(1).max(4096) }))
    .output(z.object({ xml: z.string() })),
}
