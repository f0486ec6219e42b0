import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { namingFullFolder, replaceFile } from './replace-file.ts'

describe('a file that is replaced', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strata-replace-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is whole, for its user only, and alone in its folder, also when many write it at once', async () => {
    const path = join(folder, 'deep', 'settings.json')
    await mkdir(join(folder, 'deep'))
    await writeFile(path, 'old', { mode: 0o666 })
    const contents = Array.from({ length: 20 }, (_, at) => String(at).repeat(10_000))
    await Promise.all(contents.map((content) => replaceFile(path, content)))
    expect(contents).toContain(await readFile(path, 'utf8'))
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder, 'deep'))).toEqual(['settings.json'])
  })

  it('is never written through a name that somebody prepared', async () => {
    // The names that a program would give by its number and a count.
    const path = join(folder, 'address.json')
    const prepared = Array.from({ length: 50 }, (_, at) => `${path}.${process.pid}-${at}.new`)
    for (const name of prepared) await writeFile(name, 'mine', { mode: 0o666 })
    await replaceFile(path, 'a secret')
    for (const name of prepared) expect(await readFile(name, 'utf8')).toBe('mine')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('leaves nothing beside it when it cannot be put in place', async () => {
    const path = join(folder, 'taken')
    await mkdir(join(path, 'by-a-folder'), { recursive: true })
    await expect(replaceFile(path, 'x')).rejects.toThrow()
    expect(await readdir(folder)).toEqual(['taken'])
  })

  // Only Linux has a device that is always full.
  it.runIf(process.platform === 'linux')('says whose folder is full when there is no room', async () => {
    // A device that is always full.
    const writing = namingFullFolder(join(folder, 'journal', 'j.jsonl'), () => writeFile('/dev/full', 'x'))
    await expect(writing).rejects.toMatchObject({
      code: 'out-of-space',
      message: expect.stringContaining(join(folder, 'journal')) as string,
    })
  })
})
