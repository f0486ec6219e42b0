import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import { root } from '../setup/command.mjs'

const manifest = z.object({
  name: z.string(),
  productName: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  author: z.string(),
  homepage: z.string(),
  bugs: z.string(),
})

/**
 * The application's id: a domain that its publisher has a say over, backwards. It names desktop entry, icons and metainfo
 * on every desktop, so it is chosen once; and it ends in no file ending, as AppStream would take it for a file's name.
 */
export const APPLICATION_ID = 'io.github.strata_vm.Strata'

/** What the packages say of the program, from package.json. */
export const identity = {
  ...manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))),
  id: APPLICATION_ID,
}
export type Identity = typeof identity
