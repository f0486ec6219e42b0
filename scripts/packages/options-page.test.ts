import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'

import { root } from '../setup/command.mjs'
import { optionsPage } from './options-page.ts'

it('is what docs/options.md says (npm run docs:options writes it anew)', async () => {
  const path = join(root, 'docs/options.md')
  const wanted = await format(optionsPage(), { ...(await resolveConfig(path)), parser: 'markdown' })
  expect(readFileSync(path, 'utf8')).toBe(wanted)
})
