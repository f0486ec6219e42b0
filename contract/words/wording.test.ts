import { describe, expect, it } from 'vitest'

import type { Catalogue } from './entry.ts'
import { formatsOf } from './formats.ts'
import type { Said } from './said.ts'
import { wordingIn } from './wording.ts'

const words: Catalogue = {
  disks: {
    full: '“{pool}” has {free:bytes} left.',
    many: { by: 'count', one: 'One disk of {machine} is gone.', other: '{count:count} disks of {machine} are gone.' },
    opened: { by: 'right', read: '{path} can be read.', 'read-write': '{path} can be written to.' },
    because: 'Not now. {reason}',
    all: 'Gone: {names:list}.',
    odd: '{size:furlongs}',
  },
}
const german: Catalogue = {
  disks: {
    full: 'In „{pool}“ sind {free:bytes} frei.',
    many: { by: 'count', one: 'Eine Platte von {machine} fehlt.', other: '{machine} fehlen {count:count} Platten.' },
  },
}

const english = wordingIn(words, formatsOf('en', ' '))
const said = (key: string, values: Said['values'] = {}): Said => ({ key, values, english: 'As it was written.' })

describe('the wording of a sentence', () => {
  it('fills names and amounts in', () => {
    expect(english(said('disks.full', { pool: 'images', free: 6.5 * 1024 ** 3 }))).toBe('“images” has 6.5 GiB left.')
  })

  it('takes the form that an amount asks for', () => {
    expect(english(said('disks.many', { count: 1, machine: 'web' }))).toBe('One disk of web is gone.')
    expect(english(said('disks.many', { count: 1200, machine: 'web' }))).toBe('1,200 disks of web are gone.')
  })

  it('takes the form of a choice', () => {
    expect(english(said('disks.opened', { right: 'read-write', path: '/a' }))).toBe('/a can be written to.')
  })

  it('words a sentence within a sentence, and the parts of a list', () => {
    const full = said('disks.full', { pool: 'images', free: 0 })
    expect(english(said('disks.because', { reason: full }))).toBe('Not now. “images” has 0 B left.')
    expect(english(said('disks.all', { names: ['a', 'b', full] }))).toBe('Gone: a, b, and “images” has 0 B left..')
  })

  it('is that of another language where its catalogue has the key, with that language’s formats', () => {
    const inGerman = wordingIn(german, formatsOf('de', ' '))
    const full = { pool: 'images', free: 6.5 * 1024 ** 3 }
    expect(inGerman(said('disks.full', full))).toBe('In „images“ sind 6,5 GiB frei.')
    expect(inGerman(said('disks.many', { count: 1, machine: 'web' }))).toBe('Eine Platte von web fehlt.')
    expect(inGerman(said('disks.opened', { right: 'read', path: '/a' }))).toBe('As it was written.')
  })

  it.each([
    ['a key that is not known', said('disks.new')],
    ['a noun that is not known', said('clouds.full')],
    ['no key', said('')],
    ['a key that every object has', said('constructor.name')],
    ['a name that every object has', said('disks.toString')],
    ['a value that is missing', said('disks.full', { pool: 'images' })],
    ['a value of another kind', said('disks.full', { pool: 'images', free: '6 GiB' })],
    ['a list in the place of a name', said('disks.full', { pool: ['a'], free: 1 })],
    ['a form that is not known', said('disks.opened', { right: 'execute', path: '/a' })],
    ['the name of the chooser as a form', said('disks.opened', { right: 'by', path: '/a' })],
    ['a kind of value that is not known', said('disks.odd', { size: 1 })],
  ])('is the English that came along for %s', (_, sentence) => {
    expect(english(sentence)).toBe('As it was written.')
  })

  it('takes braces in a value for what they are', () => {
    const sentence = said('disks.full', { pool: '{free:bytes} {pool}', free: 1 })
    expect(english(sentence)).toBe('“{free:bytes} {pool}” has 1 B left.')
  })

  it('ends in a sentence that holds itself over and over', () => {
    const bottom = said('disks.full', { pool: 'images', free: 0 })
    const deep = Array.from({ length: 200 }).reduce<Said>((reason) => said('disks.because', { reason }), bottom)
    expect(english(deep)).toContain('As it was written.')
  })
})
