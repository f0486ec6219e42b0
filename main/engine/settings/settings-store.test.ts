import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { SettingsStore } from './settings-store.ts'

const log = pino({ level: 'silent' })

describe('settings', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'settings-'))
    path = join(folder, 'strata', 'settings.json')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('have good values before anything was chosen', async () => {
    expect((await SettingsStore.open(path, log)).read()).toMatchObject({
      theme: 'system',
      trashDays: 30,
      lastMediaFolder: null,
    })
  })

  it('are there again after a new start, and leave nothing beside them', async () => {
    const store = await SettingsStore.open(path, log)
    await Promise.all([
      store.change({ theme: 'dark' }),
      store.change({ trashDays: 7 }),
      store.change({ theme: 'light' }),
    ])
    expect((await SettingsStore.open(path, log)).read()).toMatchObject({ theme: 'light', trashDays: 7 })
    expect(await readdir(join(folder, 'strata'))).toEqual(['settings.json'])
  })

  it('keep what is right in a file where something is wrong', async () => {
    await mkdir(join(folder, 'strata'))
    await writeFile(path, JSON.stringify({ theme: 'pink', trashDays: 5, ofTomorrow: true }))
    expect((await SettingsStore.open(path, log)).read()).toMatchObject({ theme: 'system', trashDays: 5 })
    for (const broken of ['', '{', '5', 'null', '[]']) {
      await writeFile(path, broken)
      expect((await SettingsStore.open(path, log)).read().trashDays).toBe(30)
    }
  })

  it('say so when they cannot be written, and can be once that is mended', async () => {
    await writeFile(join(folder, 'strata'), 'a file where the folder should be')
    const store = await SettingsStore.open(path, log)
    await expect(store.change({ theme: 'dark' })).rejects.toMatchObject({ name: 'StrataError' })
    await rm(join(folder, 'strata'))
    await store.change({ trashDays: 9 })
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ theme: 'dark', trashDays: 9 })
  })
})
