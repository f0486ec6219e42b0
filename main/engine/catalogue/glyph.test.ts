import { osGlyph } from '@strata/contract/catalogue.ts'
import { expect, it } from 'vitest'

import { glyphOf } from './glyph.ts'

it('is the same each time, and tells the best known distributions apart', () => {
  const names = [
    'debian',
    'ubuntu',
    'fedora',
    'almalinux',
    'alpinelinux',
    'archlinux',
    'rocky',
    'rhel',
    'centos',
    'opensuse',
    'win',
    'freebsd',
  ]
  const drawn = names.map((name) => glyphOf(name, 'linux'))
  expect(new Set(drawn.map(({ letters }) => letters)).size).toBe(names.length)
  expect(drawn).toEqual(names.map((name) => glyphOf(name, 'linux')))
})

it('has a shape for whatever name an entry has', () => {
  for (const name of [null, '', '---', '日本', 'x', 'toString', 'a'.repeat(1000)])
    expect(osGlyph.safeParse(glyphOf(name, null)).error).toBeUndefined()
})
