import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { componentTypes } from './prepare-types.mjs'

it('declares the components of the installed library', () => {
  const committed = readFileSync(new URL('../renderer/nuxt-ui.d.ts', import.meta.url), 'utf8')
  expect(committed).toBe(componentTypes())
})
