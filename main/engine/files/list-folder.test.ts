import { unkeyed } from '@strata/contract/words/said.ts'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { downloadsFolder } from './downloads-folder.ts'
import { listFolder } from './list-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'))
  await mkdir(join(folder, 'Images'))
  await mkdir(join(folder, '.hidden'))
  for (const name of ['b10.iso', 'B9.ISO', 'notes.txt']) await writeFile(join(folder, name), 'x')
})
afterEach(() => rm(folder, { recursive: true }))

const list = (path = folder, endings = ['.iso']) =>
  listFolder({ path, endings, places: [{ label: unkeyed('Here'), path: folder }] })

describe('a listing for choosing a file', () => {
  it('has folders first, then the files of the wanted kind in the order that people count', async () => {
    const listing = await list()
    expect(listing.entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['Images', 'folder'],
      ['B9.ISO', 'file'],
      ['b10.iso', 'file'],
    ])
    expect(listing.entries[1]).toMatchObject({ sizeBytes: 1, readable: true, path: join(folder, 'B9.ISO') })
    expect(listing.parentPath).toBe(tmpdir())
    expect((await list(folder, [])).entries.map(({ name }) => name)).toContain('notes.txt')
  })

  it('follows links to where they lead, and leaves out those that lead nowhere', async () => {
    await symlink(join(folder, 'Images'), join(folder, 'link'))
    await symlink('/no/such', join(folder, 'dangling'))
    expect((await list()).entries.map(({ name }) => name)).not.toContain('dangling')
    expect((await list(join(folder, 'link'))).path).toBe(join(folder, 'Images'))
  })

  it('ends at the root, which has no parent', async () => {
    expect((await list('/')).parentPath).toBeNull()
  })

  it('offers only places that are there, each once', async () => {
    const places = ['/no/such', folder, folder].map((path, index) => ({ label: unkeyed(`place ${index}`), path }))
    expect((await listFolder({ path: folder, endings: [], places })).places).toEqual([
      { label: 'place 1', path: folder },
    ])
  })

  it.each([
    ['relative/path', 'invalid-input'],
    ['/no/such/folder', 'not-found'],
    ['/etc/passwd', 'invalid-input'],
  ])('of %s is refused: %s', async (path, code) => {
    await expect(list(path)).rejects.toMatchObject({ code, data: { field: 'path' } })
  })

  // Root may read everything, so there is nothing closed to it.
  it.skipIf(process.getuid?.() === 0)('marks what this user may not read', async () => {
    await chmod(join(folder, 'b10.iso'), 0)
    expect((await list()).entries.find(({ name }) => name === 'b10.iso')?.readable).toBe(false)
  })
})

describe('the folder for downloads', () => {
  it('is the one that the desktop is set to, in any language', async () => {
    await writeFile(
      join(folder, 'user-dirs.dirs'),
      '# comment\nXDG_DESKTOP_DIR="$HOME/Bureau"\nXDG_DOWNLOAD_DIR="$HOME/Téléchargements"\n',
    )
    expect(await downloadsFolder('/home/me', { XDG_CONFIG_HOME: folder })).toBe('/home/me/Téléchargements')
  })

  it('is Downloads where nothing is set', async () => {
    expect(await downloadsFolder('/home/me', { XDG_CONFIG_HOME: join(folder, 'none') })).toBe('/home/me/Downloads')
  })
})
