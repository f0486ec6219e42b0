// npm run docs:options: writes docs/options.md from the table of options.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { format } from 'prettier'

import { optionsPage } from './packages/options-page.ts'
import { root } from './setup/command.mjs'

writeFileSync(join(root, 'docs/options.md'), await format(optionsPage(), { parser: 'markdown', printWidth: 120 }))
